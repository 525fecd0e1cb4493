"""What Nautobot's refusals and faults mean, in plain words. Pure: nothing of a raw message reaches a reader.

Nautobot answers 200 both for a name that nothing has and for a fault of its own, 403 for every trouble with a token, and
400 where a query asks for what it does not know. What each looks like was seen on running servers (3.2.7, 2.4.44).
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from graphql import ExecutionResult, GraphQLError

from tools.errors import BrokenQuery, InvalidRequest, NotAllowed, NotServed, SourceError, Unavailable, UnknownName
from tools.queries import Query

AGAIN = "Try again in a minute; if it stays so, tell whoever runs Nautobot."
_TOKEN_WORDS = {
    "invalid token": "Nautobot does not know this token. Make a new one in Nautobot (your profile, API Tokens) and set NAUTOBOT_TOKEN.",
    "token expired": "This token of Nautobot has expired. Make a new one in Nautobot (your profile, API Tokens) and set NAUTOBOT_TOKEN.",
    "user inactive": "The Nautobot account that this token belongs to is inactive. Have it activated, or set NAUTOBOT_TOKEN to another's.",
}
_NO_TOKEN = (
    "Nautobot wants a token and none is set. Make one in Nautobot (your profile, API Tokens) and set NAUTOBOT_TOKEN."
)
_TOKEN_LOST = (
    "Nautobot saw no token, though one is set. Something between here and Nautobot may drop the Authorization header; "
    "ask whoever runs it."
)
_REFUSED = "Nautobot refuses this token. Check NAUTOBOT_TOKEN, and that its account may use the API."

_FILTER_NOUNS = {"locations": "location", "device_type": "model", "type__ie": "type", "content_types": "kind of record"}
_CHOICE = re.compile(r"['\"](\w+)['\"]: \[['\"]Select a valid choice\. (.+?) is not one of the available choices")
_WRONG_VALUE = re.compile(
    r"invalid IPNetwork|not a valid UUID|Enter a valid|Enter a whole number|valid IP", re.IGNORECASE
)
_REFUSALS = (
    (re.compile(r"Cannot query field ['\"](\w+)['\"] on type ['\"](\w+)['\"]"), "{server} has no field {0} on {1}"),
    (
        re.compile(r"Unknown argument ['\"](\w+)['\"] on field ['\"](?:\w+\.)?(\w+)['\"]"),
        "{server} has no filter {0} on {1}",
    ),
    (re.compile(r"Unknown type ['\"](\w+)['\"]"), "{server} has no type {0}"),
    (re.compile(r"Variable ['\"](\$\w+)['\"] of required type"), "a value for {0} is needed and none was given"),
    (re.compile(r"Variable ['\"](\$\w+)['\"] got invalid value"), "the value for {0} is of the wrong type"),
    (re.compile(r"Variable ['\"](\$\w+)['\"] of type .* used in position"), "the variable {0} is of the wrong type"),
    (re.compile(r"Field ['\"](\w+)['\"] of type .* must have a selection"), "say which fields of {0} are wanted"),
    (re.compile(r"Variable ['\"](\$\w+)['\"] is never used"), "the variable {0} is not used; put its filter back"),
    (re.compile(r"^Syntax Error"), "it is not valid GraphQL"),
)
_NO_LIST = re.compile(r"Cannot query field ['\"]\w+['\"] on type ['\"]Query['\"]")
_UNANSWERABLE = (
    (re.compile(r"['\"](\w+)['\"]: \[['\"]Unknown filter field"), "the filter {0} works at the top of a query only"),
    (re.compile(r"Multiple Location objects returned"), "ask for `locations`, a record may have several"),
    (
        re.compile(r"both deferred and traversed"),
        "Nautobot cannot join these fields; ask for cables in a query of their own",
    ),
)

GraphQLProblem = Mapping[str, Any]


def from_graphql(
    problems: Sequence[GraphQLProblem], query: Query, variables: Mapping[str, Any], version: str | None
) -> SourceError:
    """Return what the `errors` of an answer mean. They count even where there is data beside them."""
    meanings = [_meaning(problem, query, variables, version) for problem in problems]
    for family in (BrokenQuery, UnknownName, InvalidRequest, NotAllowed):
        for meaning in meanings:
            if isinstance(meaning, family):
                return meaning
    return Unavailable(f"Nautobot has a fault of its own and could not answer. {AGAIN}")


def _meaning(
    problem: GraphQLProblem, query: Query, variables: Mapping[str, Any], version: str | None
) -> SourceError | None:
    message = str(problem.get("message", ""))
    line = next((place.get("line", 1) for place in problem.get("locations") or ()), 1)
    if not problem.get("path"):  # refused before it ran
        broken = _broken(query, line, _reason(message, _REFUSALS, version) or "Nautobot refuses the query")
        return NotServed(str(broken), query.root) if _NO_LIST.search(message) else broken
    if choice := _CHOICE.search(message):
        return _unknown(choice[1], choice[2], variables)
    if reason := _reason(message, _UNANSWERABLE, version):
        return _broken(query, line, reason)
    if _WRONG_VALUE.search(message):
        return InvalidRequest("Nautobot cannot read one of the values as an address, a prefix or an id. Correct it.")
    if "permission" in message.lower():
        return NotAllowed(f"The token may not read {noun(query.root)} in Nautobot. {permit(query.root)}")
    return None


def _unknown(argument: str, value: str, variables: Mapping[str, Any]) -> UnknownName:
    noun = _FILTER_NOUNS.get(argument, argument.removesuffix("s") if argument == "devices" else argument)
    given = {str(item) for v in variables.values() for item in (v if isinstance(v, list) else [v])}
    shown = value if value in given else ""  # only what the caller said himself is repeated
    return UnknownName(
        f"Nautobot has no {noun} '{shown}'." if shown else f"Nautobot does not know the {noun} that was named.",
        argument=argument,
        value=shown,
    )


def _reason(message: str, table: Sequence[tuple[re.Pattern[str], str]], version: str | None) -> str | None:
    server = f"Nautobot {version}" if version else "this Nautobot"
    for pattern, words in table:
        if found := pattern.search(message):
            return words.format(*found.groups(), server=server)
    return None


def _broken(query: Query, line: int, reason: str) -> BrokenQuery:
    return BrokenQuery(f"The query file {query.file} is broken in line {line}: {reason}.")


def from_status(status: int, body: str, *, token_set: bool) -> SourceError:
    """Return what an answer that is no GraphQL answer means."""
    if status in {401, 403}:
        return NotAllowed(_token_words(body, token_set=token_set))
    if 300 <= status < 400:
        return Unavailable(
            "Nautobot sends us to another address, which is not followed with a token in hand. "
            "Set NAUTOBOT_URL to the address its pages really have, often the one with https."
        )
    if status == 400:
        return Unavailable(
            "Nautobot refuses requests for this host name. "
            "NAUTOBOT_URL must use a name that its ALLOWED_HOSTS setting lists."
        )
    if status in {404, 405}:
        return Unavailable(
            "There is no Nautobot at this address. Check NAUTOBOT_URL: it is the address of its start page."
        )
    if status == 429:
        return Unavailable("Nautobot, or a gate in front of it, takes no more requests for now. Try again in a minute.")
    if status >= 500:
        return Unavailable(f"Nautobot has a fault of its own (HTTP {status}) and could not answer. {AGAIN}")
    return Unavailable(
        "What answers at this address is not Nautobot. Check NAUTOBOT_URL: it is the address of its start page."
    )


def _token_words(body: str, *, token_set: bool) -> str:
    try:
        detail = str(json.loads(body).get("detail", "")).lower().rstrip(".")
    except (ValueError, AttributeError):
        detail = ""  # not Nautobot's own words: a gate in front of it
    if "credentials were not provided" in detail:
        return _TOKEN_LOST if token_set else _NO_TOKEN
    return _TOKEN_WORDS.get(detail, _REFUSED if token_set else _NO_TOKEN)


def from_connection(kind: str, message: str, *, secure: bool) -> Unavailable:
    """Return what a broken connection means. `kind` is the name of the HTTP library's exception."""
    text = message.lower()
    if "certificate" in text:
        return Unavailable(
            "The certificate that Nautobot shows is not trusted here. "
            "If it is signed by your own authority, set NAUTOBOT_CA_FILE to that authority's certificate."
        )
    if "ssl" in text or "tls" in text:
        hint = "Does it speak plain http?" if secure else "Does it want https?"
        return Unavailable(f"No secure connection to Nautobot could be made. Check NAUTOBOT_URL. {hint}")
    if any(words in text for words in ("name or service", "name resolution", "nodename", "getaddrinfo", "no address")):
        return Unavailable(
            "The host name in NAUTOBOT_URL is not known here. Check its spelling, and the network or VPN."
        )
    if "Timeout" in kind:
        return (
            too_slow()
            if kind in {"ReadTimeout", "WriteTimeout"}
            else Unavailable("Nautobot could not be reached in time. Check NAUTOBOT_URL, and the network or VPN.")
        )
    if kind == "ConnectError":
        return Unavailable("Nothing answers at NAUTOBOT_URL. Is Nautobot running, and is the network or VPN up?")
    return Unavailable(f"Nautobot closed the connection without an answer, twice. {AGAIN}")


def too_slow() -> Unavailable:
    """Return the error for a request that took longer than it may."""
    return Unavailable(
        "Nautobot did not answer in time. Try again or ask for less; NAUTOBOT_TIMEOUT says how long to wait."
    )


def not_sensible() -> Unavailable:
    """Return the error for an answer that cannot be read."""
    return Unavailable(
        "What answers at this address does not speak as Nautobot does. Check NAUTOBOT_URL: it is the address of its start page."
    )


# Where a kind of record is listed over REST, what it is called, and the permission to view it.
KINDS: dict[str, tuple[str, str, str]] = {
    "locations": ("dcim/locations", "locations", "dcim.view_location"),
    "prefixes": ("ipam/prefixes", "prefixes", "ipam.view_prefix"),
    "ip_addresses": ("ipam/ip-addresses", "IP addresses", "ipam.view_ipaddress"),
    "vlans": ("ipam/vlans", "VLANs", "ipam.view_vlan"),
    "namespaces": ("ipam/namespaces", "namespaces", "ipam.view_namespace"),
    "devices": ("dcim/devices", "devices", "dcim.view_device"),
    "interfaces": ("dcim/interfaces", "interfaces", "dcim.view_interface"),
    "racks": ("dcim/racks", "racks", "dcim.view_rack"),
    "circuits": ("circuits/circuits", "circuits", "circuits.view_circuit"),
    "providers": ("circuits/providers", "providers", "circuits.view_provider"),
    "roles": ("extras/roles", "roles", "extras.view_role"),
    "statuses": ("extras/statuses", "statuses", "extras.view_status"),
    "object_changes": ("extras/object-changes", "changes", "extras.view_objectchange"),
}
# The same of records that are only read as parts of others, and of what not every Nautobot has.
PARTS: dict[str, tuple[str, str, str]] = {
    "ip_address_ranges": ("ipam/ip-address-ranges", "IP address ranges", "ipam.view_ipaddressrange"),
    "location_types": ("dcim/location-types", "location types", "dcim.view_locationtype"),
    "device_types": ("dcim/device-types", "device types", "dcim.view_devicetype"),
    "manufacturers": ("dcim/manufacturers", "manufacturers", "dcim.view_manufacturer"),
    "platforms": ("dcim/platforms", "platforms", "dcim.view_platform"),
    "vlan_groups": ("ipam/vlan-groups", "VLAN groups", "ipam.view_vlangroup"),
    "circuit_types": ("circuits/circuit-types", "circuit types", "circuits.view_circuittype"),
    "circuit_terminations": ("circuits/circuit-terminations", "ends of circuits", "circuits.view_circuittermination"),
    "rack_reservations": ("dcim/rack-reservations", "reservations of racks", "dcim.view_rackreservation"),
    "tenants": ("tenancy/tenants", "tenants", "tenancy.view_tenant"),
}
_ALL = {**KINDS, **PARTS}


def rest_path(root: str) -> str | None:
    """Return where a kind of record is listed over REST; None where that is not known."""
    return _ALL[root][0] if root in _ALL else None


def noun(root: str) -> str:
    """Return what people call the records of a field of Nautobot's Query type."""
    return _ALL[root][1] if root in _ALL else root.replace("_", " ")


def permit(root: str) -> str:
    """Return what to do so that the token may read a kind of record."""
    permission = f" ({_ALL[root][2]})" if root in _ALL else ""
    return f"Have its account given the permission to view {noun(root)}{permission}."


def hidden(root: str) -> NotAllowed:
    """Return the error for a kind of record that is empty only because the token may not see it."""
    return NotAllowed(f"The token may not read {noun(root)}, so nothing can be said about them. {permit(root)}")


def problems(result: ExecutionResult) -> list[dict[str, Any]]:
    """Return the errors of an answer, as Nautobot sends them and as the demo network raises them."""
    return [_problem(error) for error in result.errors or ()]


def _problem(error: object) -> dict[str, Any]:
    if isinstance(error, GraphQLError):
        return dict(error.formatted)
    return error if isinstance(error, dict) else {"message": "", "path": ["?"]}


def rows_of(result: ExecutionResult, query: Query) -> list[dict[str, Any]]:
    """Return the rows of an answer without errors. Raise `Unavailable` where it makes no sense."""
    data: object = result.data
    rows = data.get(query.key) if isinstance(data, dict) else None
    if not isinstance(rows, list) or not all(isinstance(row, dict) and "id" in row for row in rows):
        raise not_sensible()
    return rows

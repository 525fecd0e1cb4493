"""What stands in a question: topics, names, filters, and what is not understood. Spans are given their one meaning here."""

import re
from collections.abc import Sequence

from chainlit_app.offline.gazetteer import Gazetteer, Place
from chainlit_app.offline.lexicon import idiom
from chainlit_app.offline.parts import Facts
from chainlit_app.offline.settled import settle
from chainlit_app.offline.spans import Span, names_records, spans
from chainlit_app.offline.strangers import take_shape, take_unknown
from chainlit_app.offline.taken_back import taken_back
from chainlit_app.offline.words import stem

GROUPS = {
    "locations": "location", "models": "model", "roles": "role", "platforms": "platform", "statuses": "status",
    "providers": "provider", "namespaces": "namespace", "lengths": "prefix_length", "families": "ip_version",
    "vlans": "vlan", "types": "location_type", "prefixes": "prefix", "circuits": "provider",
}  # fmt: skip
ATTRIBUTES = frozenset(
    {"models", "roles", "platforms", "statuses", "namespaces", "lengths", "families", "types", "providers"}
)

_TAG = re.compile(r"<(?:script|style)\b[^<]*<[^<>]*>|</?[a-z][^<>]*>", re.IGNORECASE)  # no words of a question


def facts(text: str, names: Gazetteer) -> Facts:
    """Return the parts of a question."""
    tags = _TAG.findall(text)
    text = _TAG.sub(" ", text)
    found = Facts(text=text, unknown=list(dict.fromkeys(tags)), content=len(tags))
    parts = spans(text, names)
    back = taken_back(parts)
    found.corrected.extend((written, meant) for written, meant in back.values())
    used = _groups(parts, found) | set(back)
    for i, span in enumerate(parts):
        if span.corrected:
            found.corrected.append((span.corrected, span.text))
        if i not in used:
            _take(parts, i, found, names)
    settle(found, names)
    return found


def _groups(parts: Sequence[Span], found: Facts) -> set[int]:
    """Take "per role", "by country and status", "which sites have the most ..."; return the spans that are used up."""
    used: set[int] = set()
    open_until = -1
    for i, span in enumerate(parts):
        group = _group_of(span)
        if span.means("group", "by"):
            open_until = i + 1
        elif group and i <= open_until and not _is_name_of(parts, i):
            found.groups.extend(g for g in group if g not in found.groups and not g.startswith("type:"))
            found.types.extend(str(span.value("place_type")) for g in group if g.startswith("type:"))
            used.add(i)
            open_until = i + 1
        elif (_filling(span) or span.means("lead", "and")) and open_until == i:
            open_until = i + 1
    return used


def _is_name_of(parts: Sequence[Span], i: int) -> bool:
    """Return whether a type stands beside a place: "by data center X" is no grouping."""
    return parts[i].means("place_type") and i + 1 < len(parts) and parts[i + 1].means("place")


def _group_of(span: Span) -> list[str]:
    if kind := span.value("place_type"):
        lower = str(kind).lower()
        return [lower] if lower in ("region", "country") else ["location", f"type:{kind}"]
    if span.text.lower() in ("type", "types", "kind"):
        return ["?type"]
    topic = span.value("topic")
    return [GROUPS[str(topic)]] if topic in GROUPS and topic != "circuits" else []


def _filling(span: Span) -> bool:
    return bool(span.meanings) and all(m.kind in ("fill", "group", "lead", "refer") for m in span.meanings)


def _take(parts: Sequence[Span], i: int, found: Facts, names: Gazetteer) -> None:
    """Put one span where it belongs; the first meaning in this order that fits counts."""
    span = parts[i]
    _note(span, found)
    for meaning in span.meanings:
        value = span.number if meaning.kind in ("top", "vlan", "length") else meaning.value
        found.texts.setdefault(f"{meaning.kind}:{value}", span.text)
    if span.kind in ("net", "length", "port", "number") and not span.meanings:
        take_shape(parts, i, found)
    elif not span.meanings:
        take_unknown(parts, i, found)
    elif span.means("place"):
        found.places.append((span.corrected and span.text or span.text, _place(span)))
        found.content += 1
    elif span.means("refuse", "live") and _names_vlans(parts, i):
        take_unknown(parts, i, found)
    elif span.means("refuse") and not (span.means("status") or span.means("topic")):
        reason = next(str(m.value) for m in span.meanings if m.kind == "refuse")
        found.refused.append((reason, idiom(span.text, found.text)))
    else:
        _take_meaning(parts, i, found)


def _names_vlans(parts: Sequence[Span], i: int) -> bool:
    """Return whether it stands right before VLANs or prefixes, as a name does: "wifi vlans"."""
    return any(part.value("topic") in ("prefixes", "vlans") and not part.after_mark for part in parts[i + 1 : i + 2])


_WANTED = ("topic", "device_role", "prefix_role", "status", "kind", "vlan", "length", "version", "provider", "model")


def _note(span: Span, found: Facts) -> None:
    """Note in which order places and what is wanted of them stand."""
    if span.means("place"):
        found.sequence.append(("place", span.text.lower()))
    elif any(span.means(kind) for kind in _WANTED) and not span.means("topic", "locations"):
        found.sequence.append(("want", span.text.lower()))


def _place(span: Span) -> Place:
    """Return every location that the words may mean; a location's own name before the others."""
    places = [m.value for m in span.meanings if m.kind == "place" and isinstance(m.value, Place)]
    own = [place for place in places if not place.by_city] or places
    return Place(tuple(dict.fromkeys(name for place in own for name in place.names)), own[0].by_city)


_ONE_MEANING = ("device", "flag", "order", "amount", "top", "vlan", "length", "version")


def _take_meaning(parts: Sequence[Span], i: int, found: Facts) -> None:
    span = parts[i]
    kinds = {m.kind for m in span.meanings}
    before = found.content
    found.content += 1
    if span.means("device_role") or span.means("prefix_role"):
        _take_role(parts, i, found)
    elif kinds & set(_ONE_MEANING):
        _take_filter(span, found)
    elif kinds & {"status", "namespace", "provider", "place_type", "kind"} and not names_records(parts, i):
        _take_name(span, found, beside=_namespace_beside(parts, i))
    elif span.means("topic"):
        _take_topic(parts, i, found)
    elif span.means("room", "next"):
        pass  # see _take_context
    elif span.means("hold"):
        found.held.append(span.text)
    elif span.means("act"):
        found.acts.append(str(span.value("act")))
    else:
        found.content = before
    _take_context(parts, i, found)


def _take_role(parts: Sequence[Span], i: int, found: Facts) -> None:
    """A role, unless its word says something else beside its neighbours ("branch" alone is a type of location)."""
    span = parts[i]
    device, prefix = span.value("device_role"), span.value("prefix_role")
    if span.means("place_type"):
        _take_name(span, found)
    elif isinstance(device, tuple) and i and _other_class(parts[i - 1], span, device):
        found.unknown.append(span.text)
    elif isinstance(device, tuple):
        found.device_roles = _roles(found.device_roles, device)
    elif span.means("topic"):
        _take_topic(parts, i, found)
    elif isinstance(prefix, tuple):
        if span.means("fill") and not _next_topic(parts, i):
            return
        found.prefix_roles.extend(role for role in prefix if role not in found.prefix_roles)
        found.strong_role = found.strong_role or len(span.text.split()) > 1


def _other_class(before: Span, span: Span, roles: tuple[str, ...]) -> bool:
    """Return whether a word right before it names other roles: no role is a "core switch" where all cores are routers."""
    first, noun = before.value("device_role"), span.text.lower()
    if not isinstance(first, tuple) or set(first) & set(roles) or span.after_mark:
        return False
    of_class = all(stem(role.lower().split()[-1]) == stem(noun) for role in roles)
    return of_class and stem(before.text.lower()) not in {stem(role.lower().split()[-1]) for role in first}


def _roles(known: list[str], more: tuple[str, ...]) -> list[str]:
    """Return both, or the fewer of them where they speak of the same: "access layer switches"."""
    if set(known) & set(more):
        return known if len(known) <= len(more) else list(more)
    return [*known, *more]


def _next_topic(parts: Sequence[Span], i: int) -> bool:
    return any(part.value("topic") in ("prefixes", "vlans") for part in parts[max(0, i - 1) : i + 2])


def _take_filter(span: Span, found: Facts) -> None:
    number = span.number
    if device := span.value("device"):
        found.devices.append(str(device))
    elif flag := span.value("flag"):
        found.flags.append(str(flag))
        if flag == "unconnected" and re.search("port|interface", span.text, re.IGNORECASE):
            found.topics.append("interfaces")
    elif span.means("top") and number is not None:
        found.top = number
        found.order = found.order or _order_of_top(span)
    elif span.means("vlan") and number is not None:
        found.vids.append(number)
    elif span.means("length") and number is not None:
        found.lengths.append(number)
    elif span.means("vlan"):
        found.topics.append("vlans")
    elif version := span.value("version"):
        found.versions.append(6 if version == "v6" else 4)
    elif span.means("amount") and (number is not None or span.value("amount") in ("none", "single")):
        found.amount = (str(span.value("amount")), number or 0)
    else:
        _take_order(span, found)


def _order_of_top(span: Span) -> str:
    text = span.text.lower()
    if re.search(r"largest|biggest", text):
        return "largest"
    if "smallest" in text:
        return "smallest"
    if re.search(r"bottom|empt|least|fewest", text):
        return "fewest" if "fewest" in text else "emptiest"
    return "fullest" if re.search(r"full|used|utili", text) else ""


def _take_order(span: Span, found: Facts) -> None:
    if order := span.value("order"):
        found.order = str(order)
    elif topic := span.value("topic"):
        found.topics.append(str(topic))


def _namespace_beside(parts: Sequence[Span], i: int) -> bool:
    around = [*parts[max(0, i - 1) : i], *parts[i + 1 : i + 2]]
    return any(part.means("topic", "namespaces") for part in around)


def _take_name(span: Span, found: Facts, *, beside: bool = False) -> None:
    """Take a name; one of a namespace that may as well mean the whole network counts beside the word "namespace"."""
    for kind, into in (
        ("status", found.statuses),
        ("namespace", found.namespaces),
        ("provider", found.providers),
        ("place_type", found.types),
        ("kind", found.kinds),
    ):
        if (value := span.value(kind)) is not None:
            if kind == "namespace" and span.means("whole") and not beside:
                found.wide.append(span.text)
                continue
            if str(value) not in into:
                into.append(str(value))
            return
    found.whole = True


def _take_topic(parts: Sequence[Span], i: int, found: Facts) -> None:
    span = parts[i]
    topic = str(span.value("topic"))
    if topic == "devices" and i + 1 < len(parts) and parts[i + 1].means("device"):
        return
    into = found.weak if span.means("fill") else found.topics
    found.sites = found.sites or (topic == "locations" and span.text.lower().endswith("s"))
    if topic not in into:
        into.append(topic)
    if i and parts[i - 1].means("group", "which"):
        found.which = topic


def _take_context(parts: Sequence[Span], i: int, found: Facts) -> None:
    """Note the words that tie a question to the one before, or to the whole network."""
    span = parts[i]
    if span.means("whole") and not span.means("namespace"):
        found.whole = True
    if refer := span.value("refer"):
        found.refers.append(str(refer))
    if (
        (lead := span.value("lead"))
        and (lead != "and" or i == 0)
        and (lead != "instead" or i == 0 or i == len(parts) - 1)
    ):
        found.leads.append(str(lead))
    if free := span.value("room"):
        found.room.append(str(free))
    if pick := span.value("pick"):
        found.pick = str(pick)
    found.sites = found.sites or (
        span.means("place_type") and span.text.lower().endswith("s") and not span.text.lower().endswith("us")
    )
    opening = i == 0 and span.text.lower() == "where"
    found.site_of = found.site_of or (span.means("joint", "site_of") and not opening)
    found.then = found.then or span.means("joint", "then")
    if span.means("place_type") and i and parts[i - 1].means("group", "which"):
        found.which = "locations"

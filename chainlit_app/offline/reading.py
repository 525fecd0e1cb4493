"""How a question was understood: the decision, still without a tool's name in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

Job = Literal[
    "records",  # list records of the topics
    "analyze",  # address use, or prefixes by groups
    "count",  # records by groups
    "export",
    "free",  # free blocks: where a prefix fits
    "racks",  # free rack units
    "problems",  # what is wrong on record
    "compare",  # locations side by side
    "changes",  # of the change log
    "rows",  # of results that are there: which of them, in which order, by which groups
    "file",  # results that are there, as a file
    "find",  # an address or a prefix
    "overview",  # "what is at X?": which records, is asked back
    "talk",  # hello, help, thanks: `reason` says which
    "ask",  # partly understood: `reason` says what is missing
    "declined",  # not understood, or not for us: `reason` says why
]


@dataclass(frozen=True)
class Filters:
    """What narrows records; each is left out where its topic knows no such thing."""

    device_roles: tuple[str, ...] = ()
    prefix_roles: tuple[str, ...] = ()
    status: str = ""
    model: str = ""
    only: str = ""
    type: str = ""
    length: int | None = None
    version: int | None = None
    vid: int | None = None
    vlan_name: str = ""
    namespace: str = ""
    provider: str = ""
    match: str = ""
    enabled: bool | None = None
    connected: bool | None = None

    def over(self, earlier: "Filters") -> "Filters":
        """Return the earlier filters with these in their place where these say anything."""
        said = {name: value for name, value in vars(self).items() if value not in ((), "", None)}
        return replace(earlier, **said)

    def __bool__(self) -> bool:
        return self != Filters()


@dataclass(frozen=True)
class Reading:
    """One question, understood or not."""

    job: Job
    topics: tuple[str, ...] = ()
    places: tuple[str, ...] = ()  # as the tools report them; as written where that is for the tools to resolve
    written: str = ""  # the place as the question has it
    outer: tuple[str, ...] = ()  # those of the places that hold other locations
    types: tuple[str, ...] = ()  # of location
    devices: tuple[str, ...] = ()
    site_of: tuple[str, ...] = ()  # devices: their location is the place
    targets: tuple[str, ...] = ()
    filters: Filters = field(default_factory=Filters)
    either: tuple[Filters, ...] = ()  # filters that count one beside the other: "staged or failed"
    groups: tuple[str, ...] = ()
    order: str = ""
    top: int | None = None
    fewer: int | None = None
    more: int | None = None
    counting: bool = False  # "how many": the figure is what is asked for
    comparing: bool = False
    lookup: bool = False  # "find the site, then ..."
    of_found: bool = False  # interfaces of the devices that the other calls find
    limit: int | None = None
    as_file: bool = False
    live_state: bool = False  # "up", "down": not on record
    reason: str = ""
    words: tuple[str, ...] = ()  # what was not understood, or why it was declined
    narrower: str = ""  # of the whole network: the same question at the place spoken of before
    proposal: "Reading | None" = None  # what a "yes" would mean
    spec: Mapping[str, Any] = field(default_factory=dict)  # arguments that a call takes as they are
    results: tuple[str, ...] = ()  # the names of earlier results that are gone on from
    base: "Reading | None" = None  # what reads the rows that are gone on from
    steps: Mapping[str, Any] | None = None  # all that was done to the rows of the base; None where that is no one step
    aside: str = ""  # what is said beside the question, and was not read
    corrected: tuple[tuple[str, str], ...] = ()

    def but(self, **changes: Any) -> "Reading":
        """Return it with changes."""
        return replace(self, **changes)


def declined(reason: str, *words: str) -> Reading:
    """Return the reading of what is not understood or not for us."""
    return Reading("declined", reason=reason, words=words)

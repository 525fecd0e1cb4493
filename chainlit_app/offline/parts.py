"""The parts of one question, before anything is decided."""

from dataclasses import dataclass, field

from chainlit_app.offline.gazetteer import Place


@dataclass
class Facts:
    """The parts of one question, each with the meaning it has there."""

    text: str = ""
    topics: list[str] = field(default_factory=list)
    weak: list[str] = field(default_factory=list)  # topics by words that are also mere filling: "site", "address"
    acts: list[str] = field(default_factory=list)
    flags: list[str] = field(default_factory=list)
    places: list[tuple[str, Place]] = field(default_factory=list)  # as written, and what it may be
    strange: list[str] = field(default_factory=list)  # unknown words where a place is named
    types: list[str] = field(default_factory=list)
    devices: list[str] = field(default_factory=list)  # also of names that look like a device's
    targets: list[str] = field(default_factory=list)
    device_roles: list[str] = field(default_factory=list)
    prefix_roles: list[str] = field(default_factory=list)
    strong_role: bool = False  # a prefix role that nothing else can be
    statuses: list[str] = field(default_factory=list)
    namespaces: list[str] = field(default_factory=list)
    providers: list[str] = field(default_factory=list)
    models: list[str] = field(default_factory=list)
    ports: list[str] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)
    order: str = ""
    amount: tuple[str, int] | None = None
    top: int | None = None
    lengths: list[int] = field(default_factory=list)
    versions: list[int] = field(default_factory=list)
    vids: list[int] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    refers: list[str] = field(default_factory=list)
    leads: list[str] = field(default_factory=list)
    pick: str = ""
    site_of: bool = False
    then: bool = False
    whole: bool = False
    sites: bool = False  # "sites", "regions": more than one is spoken of
    which: str = ""  # the topic right after "which": "which sites have ..."
    refused: list[tuple[str, str]] = field(default_factory=list)  # reason, words
    unknown: list[str] = field(default_factory=list)
    corrected: list[tuple[str, str]] = field(default_factory=list)  # written, read as
    wide: list[str] = field(default_factory=list)  # names of a namespace that may also mean the whole network
    sequence: list[tuple[str, str]] = field(default_factory=list)  # "want" or "place", and the words, in their order
    room: list[str] = field(default_factory=list)  # "next" or "some": free space is asked for
    held: list[str] = field(default_factory=list)  # words that say something only beside others: "between", "than"
    texts: dict[str, str] = field(default_factory=dict)  # "kind:value" -> as written
    content: int = 0  # spans that say something

    @property
    def empty(self) -> bool:
        """Return whether nothing in it says what is wanted."""
        return not (self.content or self.refers or self.pick or self.acts)

"""The tools that a model sees, in their order, and how each is called."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pydantic import BaseModel

from tools.analysis import analyze_prefixes_dataframe
from tools.arguments import arguments_of, read, schema
from tools.asking import Ask, Finding, Tool
from tools.circuits import get_circuits
from tools.compare_locations import compare_locations
from tools.counts import count_records
from tools.devices import get_device, get_devices_by_location
from tools.find import find_prefix
from tools.find_problems import find_problems
from tools.free_space import find_free_space
from tools.get_changes import get_changes
from tools.get_rows import get_rows
from tools.interfaces import get_interfaces_by_device
from tools.locations import search_locations
from tools.prefixes import export_prefixes_to_csv, get_prefixes_by_location
from tools.vlans import get_vlans_by_location

FUNCTIONS: dict[str, Tool] = {
    "Search locations": search_locations,
    "Prefixes at a location": get_prefixes_by_location,
    "Look up an address or prefix": find_prefix,
    "Free blocks of a prefix": find_free_space,
    "Devices at a location": get_devices_by_location,
    "One device": get_device,
    "Interfaces of a device": get_interfaces_by_device,
    "VLANs at a location": get_vlans_by_location,
    "Circuits": get_circuits,
    "Figures on address space": analyze_prefixes_dataframe,
    "Prefixes or a result as a file": export_prefixes_to_csv,
    "Count records": count_records,
    "Rows of a result": get_rows,
    "Problems in the records": find_problems,
    "Locations side by side": compare_locations,
    "What changed": get_changes,
}

OUTPUT = {
    "type": "object",
    "properties": {
        "outcome": {"type": "string"},
        "summary": {"type": "string"},
        "total": {"type": "integer"},
    },
    "required": ["outcome", "summary"],
}


@dataclass(frozen=True)
class Entry:
    """A tool of the catalogue; its name, signature and docstring are what a model reads."""

    title: str
    function: Tool

    @property
    def name(self) -> str:
        return self.function.__name__

    @property
    def description(self) -> str:
        return " ".join((self.function.__doc__ or "").split())

    @cached_property
    def arguments(self) -> type[BaseModel]:
        return arguments_of(self.function)

    @cached_property
    def input_schema(self) -> dict[str, Any]:
        return schema(self.arguments)

    async def call(self, ask: Ask, sent: Mapping[str, Any]) -> Finding:
        """Call the tool with what a model sent. Raise `Invalid` and whatever the tool raises."""
        return await self.function(ask, **read(self.arguments, sent))


# What conversations of earlier versions hold, so that their sources can be asked again.
RENAMED = {"get_devices_by_location_and_role": "get_devices_by_location"}

CATALOG = {function.__name__: Entry(title, function) for title, function in FUNCTIONS.items()}

"""What a call of a tool is called, for people. Pure."""

from typing import Any

from chainlit_app.turn import ToolCall

# The noun of a tool, and the arguments that read as "at X" behind it.
_TITLES: dict[str, tuple[str, dict[str, str]]] = {
    "search_locations": ("Locations", {"query": "matching", "location": "in"}),
    "get_prefixes_by_location": ("Prefixes", {"location": "at"}),
    "find_free_space": ("Free space", {"inside": "in"}),
    "find_prefix": ("What holds", {"target": ""}),
    "get_devices_by_location": ("Devices", {"location": "at"}),
    "get_devices_by_location_and_role": ("Devices", {"location": "at"}),  # what kept conversations call it
    "get_device": ("Device", {"device": ""}),
    "get_interfaces_by_device": ("Interfaces", {"device": "of", "match": "matching"}),
    "get_vlans_by_location": ("VLANs", {"location": "at"}),
    "get_circuits": ("Circuits", {"location": "at"}),
    "analyze_prefixes_dataframe": ("Use of prefixes", {"location": "at", "group_by": "by"}),
    "export_prefixes_to_csv": ("Export of prefixes", {"result": "of", "location": "at"}),
    "get_changes": ("Changes", {"kind": "of", "record": "of", "location": "at", "user": "by"}),
    "find_problems": ("Problems", {"location": "at"}),
    "compare_locations": ("Comparison", {"location": "of"}),
    "get_rows": ("Rows", {"result": "of"}),
    "count_records": ("Count", {"record": "of", "location": "at", "group_by": "by"}),
}


def call_title(call: ToolCall) -> str:
    """Return a call in plain words: "Prefixes at NYC01 (role User Voice)"."""
    noun, places = _TITLES.get(call.name, (call.name.replace("_", " ").capitalize(), {}))
    given = {name: value for name, value in (call.arguments or {}).items() if value not in (None, "", [])}
    noun = "Export" if "result" in given and call.name.startswith("export_") else noun
    if call.name == "find_free_space" and given.get("of") == "rack_units":
        noun = "Free rack units"
        del given["of"]
    said = [f"{word} {_listed(given[name])}".strip() for name, word in places.items() if name in given]
    rest = [_qualifier(name, value) for name, value in given.items() if name not in places]
    return " ".join([noun, *said]) + (f" ({', '.join(rest)})" if rest else "")


_QUALIFIERS = {
    "prefix_length": "/{}",
    "ip_version": "IPv{}",
    "vlan": "VLAN {}",
    "vid": "VLAN {}",
    "sort_by": "sorted by {}",
    "compare_with": "beside {}",
    "columns": "only {}",
    "group_by": "by {}",
    "of": "by {}",
    "key": "matched by {}",
}
_OBJECTS = {"where": "where ", "figures": ""}  # lists of objects
_ONLY = {"no_primary_ip": "without a primary address", "name_not_of_location": "with a name not of their location"}


def _qualifier(name: str, value: Any) -> str:
    if name in _OBJECTS and isinstance(value, list | dict):
        return _OBJECTS[name] + ", ".join(_object(one) for one in (value if isinstance(value, list) else [value]))
    if isinstance(value, bool):
        return name.replace("_", " ") if value else f"not {name.replace('_', ' ')}"
    if name == "only" and value in _ONLY:
        return _ONLY[value]
    return _QUALIFIERS.get(name, name.replace("_", " ") + " {}").format(_listed(value).replace("_", " "))


def _object(value: Any) -> str:
    """Return what is asked of a column as people say it: "used percent greater 80", "sum used"."""
    if not isinstance(value, dict):
        return str(value)
    said = (_listed(value[key]) for key in ("figure", "column", "is", "value") if value.get(key) not in (None, ""))
    return " ".join(said).replace("_", " ")


def _listed(value: Any) -> str:
    return ", ".join(str(item) for item in value) if isinstance(value, list) else str(value)

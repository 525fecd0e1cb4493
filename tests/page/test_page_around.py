"""Beside the questions: what the catalogue shows, what a browser keeps of the settings, what an export offers."""

from urllib.parse import quote

import pytest

from chainlit_app.conversation import Conversation
from chainlit_app.page.catalogue import catalogue_props
from chainlit_app.page.exports import export_props
from chainlit_app.page.preferences import Preferences, kept, preferences
from tools.catalog import CATALOG
from tools.models import LocationName, Names

MODELS = ["openai/m", "offline"]
SCHEMAS = [
    {"function": {"name": one.name, "description": one.description, "parameters": one.input_schema}}
    for one in CATALOG.values()
]
TITLES = {one.name: one.title for one in CATALOG.values()}
NAMES = Names(
    mode="demo",
    locations=[
        LocationName(name="Norway", type="Country", path=[], city="", description=""),
        LocationName(name="OSL01", type="Campus", path=["Norway"], city="Oslo", description=""),
    ],
    location_types=["Country", "Campus"],
    device_roles=["Access Switch"],
    prefix_roles=["User Data"],
    statuses=["Active"],
    namespaces=["Global"],
    providers=["Fjordline"],
    devices=["AAA-1", "OSL01-acc001"],
)


def _tools(names=NAMES, address="10.0.0.0/16"):
    (server,) = catalogue_props(SCHEMAS, TITLES, names, address)["servers"]
    return {tool["name"]: tool for tool in server["tools"]}


def test_every_tool_is_in_the_catalogue_with_its_title_and_what_it_does():
    tools = _tools()

    assert list(tools) == list(CATALOG)
    assert all(tools[name]["title"] == one.title and tools[name]["does"] for name, one in CATALOG.items())


def test_every_tool_has_an_example_in_names_there_are_that_it_would_take():
    for name, tool in _tools().items():
        given = tool["example"]
        assert set(given) <= set(CATALOG[name].input_schema["properties"])
        assert set(CATALOG[name].input_schema.get("required", ())) <= set(given)
        CATALOG[name].arguments.model_validate(given)
    assert _tools()["get_device"]["example"] == {"device": "OSL01-acc001"}
    assert _tools()["find_prefix"]["example"] == {"target": "10.0.0.0/16"}


def test_the_example_of_a_search_for_locations_is_one_that_has_locations_inside():
    assert _tools()["search_locations"]["example"] == {"location": "Norway"}


def test_without_names_a_tool_that_needs_one_has_no_example():
    tools = _tools(None, None)

    assert tools["get_device"]["example"] is None
    assert tools["find_prefix"]["example"] is None
    assert catalogue_props(SCHEMAS, TITLES, None, None)["names"] == {}


def test_parameters_say_what_they_take_the_required_ones_first():
    first, *rest = _tools()["get_prefixes_by_location"]["parameters"]
    by_name = {one["name"]: one for one in rest}

    assert (first["name"], first["required"], first["many"], first["names"]) == ("location", True, True, "locations")
    assert by_name["type"]["choices"] == ["container", "network", "pool"]
    assert (by_name["prefix_length"]["kind"], by_name["prefix_length"]["most"]) == ("integer", 128)
    assert by_name["role"]["names"] == "prefix_roles"


def test_a_foreign_schema_is_shown_as_far_as_it_is_understood():
    schema = {
        "properties": {
            "ids": {"type": "array", "items": {"type": "integer"}},
            "mode": {"anyOf": [{"enum": ["a", "b"], "type": "string"}, {"type": "null"}], "default": "a"},
            "raw": {},
        }
    }
    props = catalogue_props([{"function": {"name": "do_it", "description": "", "parameters": schema}}], {}, None, None)
    (tool,) = props["servers"][0]["tools"]

    assert tool["title"] == "Do it"
    assert [(one["kind"], one["many"], one["choices"], one["default"]) for one in tool["parameters"]] == [
        ("text", True, [], None),
        ("choice", False, ["a", "b"], "a"),
        ("text", False, [], None),
    ]


def test_settings_that_cannot_be_are_as_they_come():
    given = {"model": "gone/m", "detail": "loud", "rows": 7, "theme": "pink"}

    assert preferences(given, MODELS) == preferences({}, MODELS) == Preferences("openai/m", "normal", 10, "system")


@pytest.mark.parametrize("rows", [25, "25"])
def test_settings_that_can_be_are_kept(rows):
    given = {"model": "offline", "detail": "short", "rows": rows, "theme": "dark"}

    assert preferences(given, MODELS) == Preferences("offline", "short", 25, "dark")


def test_a_browser_keeps_the_settings_in_a_cookie():
    cookie = "a=b; sextant-settings=" + quote('{"rows": 25}', safe="") + "; c=d"

    assert kept(cookie) == {"rows": 25}


@pytest.mark.parametrize(
    "cookie", ["", "a=b", "sextant-settings=x", "sextant-settings=%5B1%5D", "sextant-settings=%FF"]
)
def test_a_cookie_that_cannot_be_read_is_none(cookie):
    assert kept(cookie) == {}


def test_an_empty_conversation_has_nothing_to_export():
    assert export_props(Conversation(id="x"))["turns"] == 0


def test_an_export_says_what_it_holds_and_where_it_is():
    conversation = Conversation(id="x")
    conversation.begin("Which?")
    props = export_props(conversation)

    assert props["holds"] == "1 question and 0 sources"
    assert (props["markdown"], props["json"]) == ("/sextant/chats/x/export.md", "/sextant/chats/x/export.json")

"""Prompts that MCP clients offer their users, and the names that complete their arguments."""

from collections.abc import Sequence
from typing import Final

from mcp import McpError, types
from pydantic import BaseModel

from tools.models import Names

_SHOWN = 100  # what MCP allows in one completion
_CITED = "Use the tools, and name the source of every fact."


class _Prompt(BaseModel):
    """A prompt; `text` has its arguments in braces."""

    name: str
    title: str
    description: str
    arguments: dict[str, str]  # by name: what it is; all are needed
    text: str

    def listed(self) -> types.Prompt:
        arguments = [
            types.PromptArgument(name=name, description=said, required=True) for name, said in self.arguments.items()
        ]
        return types.Prompt(name=self.name, title=self.title, description=self.description, arguments=arguments)


_LOCATION = "A location, by its name."
_PROMPTS: Final = (
    _Prompt(
        name="review_location",
        title="Review a location",
        description="What there is at a location, and what is wrong in its records.",
        arguments={"location": _LOCATION},
        text="Review the location {location}: its prefixes and how full they are, its devices by role, its VLANs and"
        f" circuits, and what is wrong in its records. {_CITED}",
    ),
    _Prompt(
        name="find_room",
        title="Find room for a prefix",
        description="Where a new prefix fits at a location.",
        arguments={"location": _LOCATION, "size": "The length of the prefix, such as /26."},
        text="Where does a new {size} fit at {location}? Name the block, what it is taken from and what is left there."
        f" {_CITED}",
    ),
    _Prompt(
        name="describe_device",
        title="Describe a device",
        description="A device with its interfaces, addresses and recent changes.",
        arguments={"device": "A device, by its name."},
        text="Describe the device {device}: role, model, location, interfaces with their addresses, and what changed of"
        f" late. {_CITED}",
    ),
)


def listed() -> list[types.Prompt]:
    """Return all prompts."""
    return [prompt.listed() for prompt in _PROMPTS]


def filled(name: str, arguments: dict[str, str] | None) -> types.GetPromptResult:
    """Return a prompt with its arguments in it. Raise `McpError`."""
    prompt = next((one for one in _PROMPTS if one.name == name), None)
    if prompt is None:
        raise _invalid(f"There is no prompt {name!r}. There are {', '.join(one.name for one in _PROMPTS)}.")
    given = {key: value.strip() for key, value in (arguments or {}).items()}
    missing = [key for key in prompt.arguments if not given.get(key)]
    if missing:
        raise _invalid(f"{name} needs {' and '.join(missing)}.")
    text = prompt.text.format(**given)
    message = types.PromptMessage(role="user", content=types.TextContent(type="text", text=text))
    return types.GetPromptResult(description=prompt.description, messages=[message])


def completed(argument: types.CompletionArgument, names: Names) -> types.Completion:
    """Return the names that begin like what was typed, then those that hold it."""
    known = _known(argument.name, names)
    typed = argument.value.strip().casefold()
    found = [name for name in known if name.casefold().startswith(typed)]
    found += [name for name in known if typed in name.casefold() and not name.casefold().startswith(typed)]
    return types.Completion(values=found[:_SHOWN], total=len(found), hasMore=len(found) > _SHOWN)


def _known(argument: str, names: Names) -> Sequence[str]:
    match argument:
        case "location":
            return [name for one in names.locations for name in (one.name, *one.also)]
        case "device":
            return names.devices
        case _:
            return ()


def _invalid(sentence: str) -> McpError:
    return McpError(types.ErrorData(code=types.INVALID_PARAMS, message=sentence))

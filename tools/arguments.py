"""A tool's arguments: its signature as a schema for the model, and what the model sent as values for the tool."""

import inspect
from collections.abc import Callable, Mapping
from typing import Annotated, Any, get_args, get_type_hints

from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model

from tools.errors import InvalidRequest

Names = str | list[str]
_VALID = "input should be a valid "
_SENT = 100  # characters of a wrong value that are said back

Location = Annotated[
    Names | None, Field(description="Name, city, country or region; or several. Default: whole network.")
]
SomeLocation = Annotated[Names, Field(description="Name, city, country or region; or several.")]
Limit = Annotated[int | None, Field(ge=1, le=1000, description="Most rows to show.")]
RoleName = Annotated[str | None, Field(description="Role, e.g. User Voice.")]
Status = Annotated[str | None, Field(description="Status, e.g. Active.")]
Namespace = Annotated[str | None, Field(description="IP namespace.")]
PrefixLength = Annotated[int | None, Field(ge=0, le=128, description="E.g. 24.")]
Vid = Annotated[int | None, Field(ge=1, le=4094, description="VLAN ID.")]


def one_or_more(sent: object) -> object:
    """Return one value as a list of one, for a `BeforeValidator`: the schema that a model reads stays half as long."""
    return [sent] if isinstance(sent, str) else sent


def arguments_of(tool: Callable[..., Any]) -> type[BaseModel]:
    """Return the arguments of a tool as a closed model; the first parameter, the call itself, is not one."""
    hints = get_type_hints(tool, include_extras=True)
    parameters = list(inspect.signature(tool).parameters.values())[1:]
    fields: dict[str, Any] = {
        p.name: (hints[p.name], ... if p.default is inspect.Parameter.empty else p.default) for p in parameters
    }
    return create_model(f"{tool.__name__}_arguments", __config__=ConfigDict(extra="forbid"), **fields)


def schema(model: type[BaseModel]) -> dict[str, Any]:
    """Return the schema of arguments without what a model need not read: titles, nulls, defaults."""
    made = model.model_json_schema()
    return _object(made, made.get("$defs", {}))


def read(model: type[BaseModel], sent: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was sent as arguments. Raise `InvalidRequest` with what is wrong and what is allowed.

    A null or an empty text is no argument: many models send one for everything that is optional.
    """
    given = {name: value for name, value in sent.items() if value is not None and value != ""}
    for name, value in given.items():
        if value == []:
            raise InvalidRequest(f"{name} is an empty list. Leave it out where it does not matter.")
    try:
        made = model.model_validate(given)
    except ValidationError as error:
        raise InvalidRequest(_told(error, model)) from error
    return {name: getattr(made, name) for name in made.model_fields_set}


def _object(made: Mapping[str, Any], kinds: Mapping[str, Any]) -> dict[str, Any]:
    properties = {name: _plain(inner, kinds) for name, inner in made.get("properties", {}).items()}
    required = made.get("required", [])
    return {"type": "object", "properties": properties, **({"required": required} if required else {})}


def _plain(field: Mapping[str, Any], kinds: Mapping[str, Any]) -> dict[str, Any]:
    """Return a field on one level: what it refers to in its place, and the types that it may have as one list."""
    if "$ref" in field:
        return _object(kinds[field["$ref"].rpartition("/")[2]], kinds)
    plain: dict[str, Any] = {}
    for kind in field.get("anyOf", [field]):
        if kind.get("type") == "null":
            continue
        for key, value in kind.items():
            if key == "type" and "type" in plain:
                value = [*(plain["type"] if isinstance(plain["type"], list) else [plain["type"]]), value]
            if key not in ("title", "default", "description"):
                plain[key] = value
    if isinstance(plain.get("items"), Mapping):
        plain["items"] = _plain(plain["items"], kinds)
    return plain | ({"description": field["description"]} if "description" in field else {})


def _short(sent: object) -> str:
    text = repr(sent)
    return text if len(text) <= _SENT else f"{text[:_SENT]}…"


def _told(error: ValidationError, model: type[BaseModel]) -> str:
    told: list[str] = []
    wrong: dict[str, tuple[str, list[str]]] = {}  # of each argument: what was sent, and each thing that it may be
    for problem in error.errors():
        place = problem["loc"]
        item = f"[{place[1]}]" if len(place) > 1 and isinstance(place[1], int) else ""
        own = _item(model, str(place[0])) if item else model
        inner = str(place[2]) if item and len(place) > 2 else ""
        name = f"{place[0]}{item}{'.' if inner else ''}{inner}"
        if problem["type"] == "extra_forbidden":
            told.append(f"there is no argument '{name}'; allowed are {', '.join(_names(own))}")
        elif problem["type"] == "missing":
            about = (_names(own)[inner or name] or "").rstrip(".")
            told.append(f"{name} is missing{f': {about}' if about else ''}")
        else:
            wanted = (
                f"should be an object of {', '.join(_names(own))}"
                if problem["type"] == "model_type"
                else problem["msg"]
            )
            wrong.setdefault(name, (_short(problem["input"]), []))[1].append(f"{wanted[:1].lower()}{wanted[1:]}")
    told += [f"{name} cannot be {sent}: {_either(wanted)}" for name, (sent, wanted) in wrong.items()]
    text = "; ".join(dict.fromkeys(told))
    return f"{text[:1].upper()}{text[1:]}."


def _either(wanted: list[str]) -> str:
    """Return what a value may be, each thing once: "input should be a valid string, integer or list"."""
    said = list(dict.fromkeys(wanted))
    kinds = [one.removeprefix(_VALID) for one in said if one.startswith(_VALID)]
    if len(said) == 1 or not kinds:
        return " or ".join(said)
    others = [one for one in said if not one.startswith(_VALID)]
    listed = f"{', '.join(kinds[:-1])} or {kinds[-1]}" if len(kinds) > 1 else kinds[0]
    return " or ".join([f"{_VALID}{listed}", *others])


def _names(model: type[BaseModel]) -> dict[str, str | None]:
    """Return the arguments of a model as they are sent, and what is said of each."""
    return {field.alias or name: field.description for name, field in model.model_fields.items()}


def _item(model: type[BaseModel], name: str) -> type[BaseModel]:
    """Return what the items of an argument are, where they are objects; else what it is an argument of."""
    kinds = [model.model_fields[name].annotation]
    while kinds:
        kind = kinds.pop()
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            return kind
        kinds += get_args(kind)
    return model

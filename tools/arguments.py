"""A tool's arguments: its signature as a schema for the model, and what the model sent as values for the tool."""

import inspect
from collections.abc import Callable, Mapping
from typing import Annotated, Any, get_type_hints

from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model

from tools.errors import InvalidRequest

Names = str | list[str]
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
    properties = {name: _plain(inner) for name, inner in made.get("properties", {}).items()}
    required = made.get("required", [])
    return {"type": "object", "properties": properties, **({"required": required} if required else {})}


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


def _plain(field: Mapping[str, Any]) -> dict[str, Any]:
    kinds = [kind for kind in field.get("anyOf", [field]) if kind.get("type") != "null"]
    plain: dict[str, Any] = {}
    for kind in kinds:
        for key, value in kind.items():
            if key == "type" and "type" in plain:
                value = [plain["type"], value]
            if key not in ("title", "default", "description"):
                plain[key] = value
    if isinstance(plain.get("items"), Mapping):
        plain["items"] = _plain(plain["items"])
    return plain | ({"description": field["description"]} if "description" in field else {})


def _short(sent: object) -> str:
    text = repr(sent)
    return text if len(text) <= _SENT else f"{text[:_SENT]}…"


def _told(error: ValidationError, model: type[BaseModel]) -> str:
    names = list(model.model_fields)
    told: list[str] = []
    for problem in error.errors():
        name = str(problem["loc"][0])
        if problem["type"] == "extra_forbidden":
            told.append(f"there is no argument '{name}'; allowed are {', '.join(names)}")
        elif problem["type"] == "missing":
            told.append(f"{name} is missing: {model.model_fields[name].description}")
        else:
            told.append(
                f"{name} cannot be {_short(problem['input'])}: {problem['msg'][:1].lower()}{problem['msg'][1:]}"
            )
    text = "; ".join(dict.fromkeys(told))
    return f"{text[:1].upper()}{text[1:]}."

"""What a call of get_rows may ask for, as models write it."""

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from tools.rows.conditions import Condition, Test, Written
from tools.rows.grouping import Name

# Whole numbers are numbers, and a list may hold any of these: said more shortly than pydantic does.
_VALUE = {"type": ["string", "number", "boolean", "array"], "items": {"type": "string"}}


class Where(BaseModel):
    """One condition."""

    model_config = ConfigDict(extra="forbid")

    column: str
    is_: Test = Field(alias="is")
    value: Annotated[Written | list[Written] | None, WithJsonSchema(_VALUE)] = None

    @property
    def condition(self) -> Condition:
        """What the rows are asked for. An empty text is no value, as for all arguments."""
        if self.value is None or self.value == "":
            return Condition(self.column, self.is_)
        return Condition(self.column, self.is_, tuple(self.value) if isinstance(self.value, list) else (self.value,))


class Wanted(BaseModel):
    """One figure of each group."""

    model_config = ConfigDict(extra="forbid")

    figure: Name
    column: str | None = None


def listed(sent: Any) -> Any:
    """Return one as a list of it, and the columns that a model writes as one text as a list."""
    if isinstance(sent, str):
        return [name for one in sent.split(",") if (name := one.strip())]
    return [sent] if isinstance(sent, dict) else sent


def named(sent: Any) -> Any:
    """Return figures; one that is only named, such as "count", is of no column."""
    figures = listed(sent)
    if not isinstance(figures, list):
        return figures
    return [{"figure": one} if isinstance(one, str) else one for one in figures]


Columns = Annotated[list[str] | None, BeforeValidator(listed)]

"""What is true of the demo network, worked out from its files by loops that anyone can follow.

Nothing here knows the tools or the chat: a mistake of theirs cannot become the truth.
"""

from collections.abc import Callable, Sequence
from typing import Any

from evals.truth import audit, groups, history, lookups, records, space
from evals.truth.network import Row

FACTS: dict[str, Callable[..., Any]] = {
    function.__name__: function
    for module in (audit, groups, history, lookups, records, space)
    for function in vars(module).values()
    if callable(function) and getattr(function, "__module__", "") == module.__name__ and function.__name__[0] != "_"
}


def fact(call: Sequence[Any]) -> Any:
    """Return what a question's line calls: `["devices", {"at": "NYC01"}]`. Raise `KeyError` for an unknown name."""
    name, *given = call
    return FACTS[name](**(given[0] if given else {}))


__all__ = ["FACTS", "Row", "fact"]

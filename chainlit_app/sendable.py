"""Whether a call can be written down for the tool server: what cannot would end it, and everyone's results with it."""

from typing import Any

from pydantic_core import from_json, to_json

_MOST = 32_768  # bytes: names are short, and whoever works on a million rows names the result that holds them
UNSENDABLE = (
    "These arguments cannot be sent: text must be whole characters (no half of a surrogate pair), numbers finite and of a"
    f" size that JSON readers take, lists and objects less than 190 deep, and all of it no more than {_MOST:,} bytes"
)


def sendable(arguments: Any) -> bool:
    """Say whether arguments of a call, as JSON had them, reach the tool server as they are.

    A number such as 1e400 is read as infinity and would be written as null, which means "not given": the whole network
    where one place was asked for.
    """
    try:
        # Within the lists and objects that a request of MCP puts around them.
        written = to_json([[[[arguments]]]], inf_nan_mode="constants")
        if len(written) <= _MOST:
            from_json(written, allow_inf_nan=False)
    except ValueError:
        return False
    return len(written) <= _MOST

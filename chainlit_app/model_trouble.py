"""What can go wrong at a model's provider, in one sentence that says what to do. Pure: it goes by names and codes.

* no key, a wrong key, a key without the right
* the model or its provider is unknown, or cannot take the request
* too many requests, no credit
* too long a conversation (`ContextOverflow`)
* nothing answers, or not in time, or it breaks off in the middle

A provider's own words are never passed on: some repeat the key.
"""

from collections.abc import Iterator, Sequence

from chainlit_app.turn import ContextOverflow, ModelTrouble

_BY_STATUS = {
    401: "The provider of {name} refuses the key: check SEXTANT_MODEL_KEY.",
    403: "The key may not use {name}: look at the rights of the account, or set another SEXTANT_MODEL.",
    404: "The provider does not know {name}: check SEXTANT_MODEL, and SEXTANT_MODEL_URL if it is set.",
    408: "{name} did not answer in time: ask again.",
    413: "The conversation is too long for {name}: begin a new chat, or ask for less at once.",
    429: "The provider of {name} takes no more requests now: wait a minute and ask again, or look at its quota.",
}


def trouble(error: BaseException, name: str, url: str | None, missing_keys: Sequence[str]) -> ModelTrouble:
    """Return the error in words; `missing_keys` are the variables that could hold the provider's key and do not."""
    kinds = set(_kinds(error))
    if "ContextWindowExceededError" in kinds:
        return ContextOverflow(_BY_STATUS[413].format(name=name))
    return ModelTrouble(_sentence(error, kinds, name, url, missing_keys))


def _sentence(error: BaseException, kinds: set[str], name: str, url: str | None, missing_keys: Sequence[str]) -> str:
    text = str(error)
    if "LLM Provider NOT provided" in text:
        return f"No provider is known for {name}: write SEXTANT_MODEL as provider/model, such as openai/gpt-4o-mini."
    if _lacks_key(text):
        keys = " or ".join([key for key in missing_keys if "KEY" in key or "TOKEN" in key][:2])
        return f"There is no key for {name}: set SEXTANT_MODEL_KEY{f' or {keys}' if keys else ''}."
    if "MidStreamFallbackError" in kinds:
        return f"{name} broke off in the middle of its answer: ask again."
    if "ContentPolicyViolationError" in kinds:
        return f"The content filter of {name} stopped this: ask in other words."
    if "Timeout" in kinds:
        return _BY_STATUS[408].format(name=name)
    if _unreached(kinds, text):
        return (
            f"Nothing answers at {url}: start the model there, or correct SEXTANT_MODEL_URL."
            if url
            else f"The provider of {name} cannot be reached: check this machine's network."
        )
    return _by_status(getattr(error, "status_code", None), name)


def _by_status(status: object, name: str) -> str:
    if isinstance(status, int) and status in _BY_STATUS:
        return _BY_STATUS[status].format(name=name)
    if isinstance(status, int) and 400 <= status < 500:
        return f"{name} cannot take this request: set a SEXTANT_MODEL that can call tools."
    return f"The provider of {name} has trouble of its own: ask again in a minute."


def _lacks_key(text: str) -> bool:
    # LiteLLM words a missing key as an InternalServerError, an APIConnectionError or an AuthenticationError.
    said = text.lower()
    return "missing" in said and ("api key" in said or "api_key" in said or "credentials" in said)


def _unreached(kinds: set[str], text: str) -> bool:
    return bool(kinds & {"ConnectError", "ClientConnectorError", "APIConnectionError"}) or "Connection error" in text


def _kinds(error: BaseException) -> Iterator[str]:
    """Yield the names of the classes of an error and of those it came from."""
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield from (kind.__name__ for kind in type(current).__mro__)
        current = current.__cause__ or current.__context__

"""Work that takes as long as a result has rows, beside the event loop that all chats share. Pure."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import TypeVar

T = TypeVar("T")


async def beside(made: Iterator[T]) -> AsyncIterator[T]:
    """Yield what an iterator does, which runs in threads, one item after the other; its end may be None as well."""
    while (one := await asyncio.to_thread(next, made, None)) is not None:
        yield one

"""An answer in the words of MCP: for the tool server, and for whoever passes its answers on."""

from collections.abc import Iterator

from mcp import types
from pydantic import AnyUrl

from tools.files import MEDIA_TYPES
from tools.models import ToolAnswer


def result(text: str, answer: ToolAnswer, *, failed: bool, links: bool) -> types.CallToolResult:
    """Return the result of a call: what a model reads, what a program reads.

    `links`: also where the file is that was asked for; a host with a page of its own offers it there.
    """
    rows = "Its row is" if answer.total == 1 else f"{'All ' if answer.more == 0 else ''}{answer.total:,} rows are"
    told = [text, *([f"{rows} kept as {answer.result}."] if answer.result else [])]
    return types.CallToolResult(
        content=[*(types.TextContent(type="text", text=part) for part in told), *(_file(answer) if links else ())],
        structuredContent=answer.model_dump(mode="json"),
        isError=failed,
    )


def _file(answer: ToolAnswer) -> Iterator[types.ResourceLink]:
    if uri := answer.file_uri:
        kind, media = next((kind, media) for kind, media in MEDIA_TYPES.items() if uri.endswith(f".{kind}"))
        yield types.ResourceLink(type="resource_link", name=f"{answer.subject}.{kind}", uri=AnyUrl(uri), mimeType=media)

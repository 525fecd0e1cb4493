"""What the export panel says of the files it offers. Pure."""

from typing import Any

from chainlit_app.conversation import Conversation


def export_props(conversation: Conversation) -> dict[str, Any]:
    """Return what the export panel shows: what the files hold, and where each is served below the root of the app."""
    turns, sources = len(conversation.turns), len(conversation.sources)
    at = f"/sextant/chats/{conversation.id}/export."
    return {
        "turns": turns,
        "holds": f"{turns} question{'s' * (turns != 1)} and {sources} source{'s' * (sources != 1)}",
        "rows": sum(len(source.table.rows) for source in conversation.sources),
        "markdown": f"{at}md",
        "json": f"{at}json",
    }

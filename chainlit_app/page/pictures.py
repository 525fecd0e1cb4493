"""The picture of a source's rows as an element of the page: Chainlit's own for Plotly, which reads it from our route."""

from typing import Any
from uuid import NAMESPACE_URL, uuid5

from chainlit.config import config

from chainlit_app.page.rows import address
from chainlit_app.pictures import figure
from chainlit_app.turn import Source


def picture_element(conversation: str, source: Source, *, for_id: str = "") -> dict[str, Any] | None:
    """Return the picture of a source's rows as Chainlit's page takes it; None where a table says it as well."""
    if figure(source) is None:
        return None
    return {
        "id": str(uuid5(NAMESPACE_URL, f"{conversation}/{source.number}/{for_id}/picture")),
        "type": "plotly",
        "name": f"Picture of source {source.number}",
        "display": "inline",
        "forId": for_id,
        # Chainlit's element takes the address as it is, without the root that the app may be served under.
        "url": config.run.root_path + address(conversation, source.number, "figure.json"),
        "mime": "application/json",
    }

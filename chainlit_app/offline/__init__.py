"""A model without a model: answers questions about the network with tool calls, and says what it does not understand."""

from chainlit_app.offline.pieces import Asked, Call, Calls, Declined, Piece
from chainlit_app.offline.reader import OfflineReader

__all__ = ["Asked", "Call", "Calls", "Declined", "OfflineReader", "Piece"]

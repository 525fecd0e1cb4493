"""Answers checked by code: every fact of an answer is looked up in the sources of its conversation. Pure."""

from chainlit_app.check.checking import check

__all__ = ["check"]

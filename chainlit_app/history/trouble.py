"""What can go wrong with a history. Pure."""


class HistoryTrouble(Exception):
    """The history cannot be read or written now; the message is one sentence for people."""


class NewerHistory(HistoryTrouble):
    """A newer Sextant has written it: this one must leave it alone."""


class Overtaken(HistoryTrouble):
    """Another Sextant has gone on with the conversation meanwhile: what is to be written has its place no more."""


class WrongFile(HistoryTrouble):
    """There can be no file there, or nothing can be written into it."""


def reason(error: Exception, patience: float) -> str:
    """Return what is wrong with a database, as the end of a sentence; never with its address."""
    if isinstance(error, TimeoutError):
        return f"does not answer within {patience:g} s."
    cause = getattr(error, "orig", None) or error
    return f"cannot be used: {' '.join(str(cause).split()) or type(cause).__name__}."

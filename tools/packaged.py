"""Where the files that travel with the program are: in a wheel inside this package, in a checkout at its root."""

from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path


def folder(name: str) -> Traversable:
    """The folder `graphql` or `demo_fixtures`, whichever way the program is installed."""
    # A wheel carries these folders inside this package (pyproject.toml, force-include); an editable install finds
    # the checkout's package, which has none, so an edited query is seen at once.
    packaged = files("tools") / "_data" / name
    return packaged if packaged.is_dir() else Path(__file__).parent.parent / name

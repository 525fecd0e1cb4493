#!/usr/bin/env python3
"""Say whether a tag may become a release, and print what is new in it: release.py v1.2.3.

Ends with 1, and says why, where the tag is not the project's version or the changelog does not have it.
"""

import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent


def notes(tag: str, version: str, changelog: str) -> str:
    """Return what the changelog says of a version. Raise `SystemExit` where it is not ready to be released."""
    if tag != f"v{version}":
        raise SystemExit(f"The tag is {tag}, the version in pyproject.toml is {version}: they must be the same.")
    heading = re.search(rf"^## \[{re.escape(version)}\] - \d{{4}}-\d\d-\d\d$", changelog, re.MULTILINE)
    if not heading:
        raise SystemExit(f"CHANGELOG.md has no heading `## [{version}] - YYYY-MM-DD`.")
    said = re.split(r"^## ", changelog[heading.end() :], maxsplit=1, flags=re.MULTILINE)[0].strip()
    if not said:
        raise SystemExit(f"CHANGELOG.md says nothing under {version}.")
    return said


def main(arguments: list[str]) -> int:
    """Print the notes of the tag that is named."""
    if len(arguments) != 1:
        raise SystemExit("Name the tag: release.py v1.2.3")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    print(notes(arguments[0], project["version"], (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

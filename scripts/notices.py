#!/usr/bin/env python3
"""Write NOTICE: whose work Sextant is installed with, from the metadata of what requirements.txt names.

python scripts/notices.py [--check]     (in an environment where the lock is installed; --check only compares)
"""

import re
import sys
from email.message import Message
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

ROOT = Path(__file__).parent.parent
NOTICE = ROOT / "NOTICE"
HEAD = """# Third parties

Sextant
Copyright 2026 the authors of Sextant
Licensed under the Apache License, Version 2.0

It is installed with the packages below, each under its own licence, which stands in the package. Names, versions and
licences are those that the packages state of themselves, for the versions in `requirements.txt`; of a package with two
versions one is for older Pythons.

In the repository, not in the package: `tests/attacks/agentdojo.json` holds attack templates of AgentDojo (MIT, its
copyright stands in the file), and `CODE_OF_CONDUCT.md` is the Contributor Covenant 2.1 (CC BY 4.0). In both:
`demo_fixtures/schema.graphql` is reduced from the schema that Nautobot (Apache-2.0) describes itself with.

"""
_LOCKED = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^]]*])?==([^ ;\\]+)", re.MULTILINE)
# What is not installed on every system, or does not state it in its metadata: read from the licence file in the package.
NOT_IN_METADATA = {"async-timeout": "Apache-2.0", "pywin32": "PSF-2.0", "tzdata": "Apache-2.0"}


def locked() -> dict[str, list[str]]:
    """Return the versions of every locked package, by its name; several where they differ from Python to Python."""
    found: dict[str, list[str]] = {}
    for name, version in _LOCKED.findall((ROOT / "requirements.txt").read_text(encoding="utf-8")):
        found.setdefault(name, []).append(version)
    return found


def licence(stated: Message) -> str:
    """Return the licence that a package states: the expression, else what its classifiers or its old field say."""
    if expression := stated.get("License-Expression"):
        return str(expression)
    classifiers = [line.rpartition(" :: ")[2] for line in stated.get_all("Classifier", []) if "License ::" in line]
    named = [name for name in classifiers if name != "OSI Approved"]
    old = str(stated.get("License") or "").strip().splitlines()
    short = old[0].strip() if old and len(old[0]) <= 60 else ""
    return ", ".join(named) or (short if short.upper() != "UNKNOWN" else "")


def stated(name: str, versions: list[str]) -> str | None:
    """Return the licence of an installed package, None where it is not installed. Raise `SystemExit` without one."""
    try:
        said = metadata(name)
    except PackageNotFoundError:
        return None
    if said["Version"] not in versions:
        raise SystemExit(f"{name} {said['Version']} is installed, {' and '.join(versions)} is locked.")
    if found := licence(said):
        return found.replace("|", "/")
    raise SystemExit(f"{name} states no licence: look into it, then add it to NOT_IN_METADATA.")


def notices() -> str:
    """Return the file."""
    lines = ["| Package | Version | Licence |", "| --- | --- | --- |"]
    for name, versions in locked().items():
        said = NOT_IN_METADATA.get(name) or stated(name, versions)
        lines.append(f"| {name} | {', '.join(versions)} | {said} |")
        if said is None:
            raise SystemExit(f"{name} is not installed: install requirements.txt, or add it to NOT_IN_METADATA.")
    return HEAD + "\n".join(lines) + "\n"


def differences() -> list[str]:
    """Return what NOTICE says otherwise than the lock, and than the packages that are installed here."""
    said = dict(re.findall(r"^\| ([^|]+) \| (.+) \|$", NOTICE.read_text(encoding="utf-8"), re.MULTILINE)[2:])
    found = []
    for name, versions in locked().items():
        installed = NOT_IN_METADATA.get(name) or stated(name, versions)
        version, _, named = said.pop(name, "").partition(" | ")
        if version != ", ".join(versions) or installed not in (None, named):
            found.append(name)
    return found + list(said)


def main(check: bool) -> int:
    """Write the file, or compare it with what is there. Return how the process ends."""
    if not check:
        NOTICE.write_text(notices(), encoding="utf-8")
        return 0
    odd = differences()
    if odd:
        print(f"NOTICE is not current ({', '.join(odd)}): run `python scripts/notices.py`.")
    return int(bool(odd))


if __name__ == "__main__":
    sys.exit(main("--check" in sys.argv[1:]))

#!/usr/bin/env python3
"""What scanners say: bandit of the code, pip-audit of every locked package.

python scripts/audit.py [--code]     (--code: without the packages, for which a vulnerability service must be reached)

Ends with 0 where there is nothing without a reason in audit.toml, 1 where there is, and 2 where packages could not be
looked up: then nothing is known of them, which is not the same as nothing found.
"""

import json
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
BIN = Path(sys.executable).parent
CODE = ("chainlit_app", "tools", "sextant", "sextant_client", "scripts")  # what is run; tests and benchmarks are not
LOCKS = ("requirements.txt", "requirements-dev.txt")
SERVICES = ("pypi", "osv")
PASSED, FOUND, UNKNOWN = 0, 1, 2


def code(accepted: Mapping[str, str]) -> int:
    """Scan the code, print what is found, return how it ends."""
    folders = [name for name in CODE if (ROOT / name).is_dir()]
    report = _run("bandit", "-q", "-r", "-f", "json", *folders)
    results = report["results"]
    counted = Counter(one["issue_severity"].lower() for one in results)
    found = {f"{one['test_id']} {one['filename']}": one for one in results if one["issue_severity"] != "LOW"}
    new = [one for key, one in found.items() if key not in accepted]
    for one in new:
        print(f"  {one['issue_severity']} {one['test_id']} {one['filename']}:{one['line_number']} {one['issue_text']}")
    stale = _stale(accepted, found)
    print(
        f"code: {report['metrics']['_totals']['loc']:,} lines; {counted['high']} high, {counted['medium']} medium "
        f"({len(found) - len(new)} with a reason), {counted['low']} low"
    )
    return FOUND if new or stale or report["errors"] else PASSED


def packages(accepted: Mapping[str, str]) -> int:
    """Look the locked packages up, print what is found, return how it ends."""
    worst, known = PASSED, set[str]()
    for lock in LOCKS:
        looked = next((found for service in SERVICES if (found := _looked_up(lock, service))), None)
        if looked is None:
            print(
                f"packages: nothing is known of those in {lock}: none of {', '.join(SERVICES)} knows of them from here"
            )
            worst = UNKNOWN
            continue
        service, audited, skipped = looked
        advisories = [(one, advisory) for one in audited for advisory in one["vulns"]]
        known |= {advisory["id"] for _, advisory in advisories}
        new = [(one, advisory) for one, advisory in advisories if advisory["id"] not in accepted]
        for one, advisory in new:
            fixed = ", ".join(advisory["fix_versions"]) or "no version yet"
            print(f"  {one['name']} {one['version']}: {advisory['id']}, fixed in {fixed}")
        for one in skipped:
            print(f"  {one['name']}: nothing is known of it ({one['skip_reason']})")
        print(f"packages: {len(audited)} of {lock} asked of {service}, {len(new)} advisories without a reason")
        worst = max(worst, FOUND if new else UNKNOWN if skipped else PASSED)
    return FOUND if worst == PASSED and _stale(accepted, known) else worst


def _looked_up(lock: str, service: str) -> tuple[str, list[Any], list[Any]] | None:
    """Return what a service knows of a lock: packages with their advisories, and those it does not know. None: of none."""
    command = (
        "-r",
        lock,
        "--disable-pip",
        "--require-hashes",
        "-f",
        "json",
        "-s",
        service,
        "--progress-spinner",
        "off",
    )
    report = _run("pip-audit", *command, "--timeout", "15")
    asked = report.get("dependencies", [])
    audited = [one for one in asked if "skip_reason" not in one]
    return (service, audited, [one for one in asked if "skip_reason" in one]) if audited else None


def _stale(accepted: Mapping[str, str], found: Sequence[str] | Mapping[str, Any] | set[str]) -> list[str]:
    stale = [key for key in accepted if key not in found]
    for key in stale:
        print(f"  audit.toml accepts {key}, which is found no more")
    return stale


def _run(program: str, *arguments: str) -> dict[str, Any]:
    done = subprocess.run([BIN / program, *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    try:
        report: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        return {}
    return report


def main(arguments: Sequence[str]) -> int:
    """Scan what is asked for; return how the process ends."""
    accepted = tomllib.loads((ROOT / "scripts" / "audit.toml").read_text(encoding="utf-8"))
    endings = [code(accepted["code"])]
    if "--code" not in arguments:
        endings.append(packages(accepted["packages"]))
    return FOUND if FOUND in endings else max(endings)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

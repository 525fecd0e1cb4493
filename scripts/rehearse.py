"""Play the stage script against the real page, and say what would fail on stage.

python scripts/rehearse.py [--url http://localhost:8000] [--script docs/demo-script.md]

Without an address the app is started over the demo network, with the offline reader. Each line is "ok", or says what an
audience would see instead; the exit code is 1 when one fails. It needs Chromium, and no network.
"""

import argparse
import sys
from pathlib import Path

from playwright.sync_api import Browser
from stage.app import chromium, running
from stage.player import Fails, Player
from stage.script import CHECKS, Line, WrongScript, read

SCRIPT = Path(__file__).parent.parent / "docs" / "demo-script.md"


def main() -> int:
    """Rehearse; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", default="", help="of an app that runs; without, one is started")
    parser.add_argument("--script", type=Path, default=SCRIPT)
    given = parser.parse_args()
    try:
        lines = read(given.script)
    except (WrongScript, OSError) as wrong:
        print(wrong, file=sys.stderr)
        return 2
    with running(given.url or None) as url, chromium() as browser:
        failed = rehearse(browser, url, lines)
    asked = sum(line.word not in CHECKS for line in lines)
    print(
        f"\n{asked} things done, {len(lines) - asked} looked for: {f'{failed} would fail on stage.' if failed else 'all is well.'}"
    )
    return 1 if failed else 0


def rehearse(browser: Browser, url: str, lines: list[Line]) -> int:
    """Play the lines on a screen such as a projector's; return how many fail."""
    # 1920 x 1080 at 150 %.
    context = browser.new_context(viewport={"width": 1280, "height": 720}, device_scale_factor=1.5, locale="en-US")
    player = Player(context.new_page(), url)
    try:
        player.open()
    except Fails as fails:
        print(f"FAILS  {url}: {fails}", flush=True)
        return len(lines)
    failed = 0
    for line in lines:
        try:
            took = player.do(line)
        except Fails as fails:
            failed += 1
            print(f"FAILS  {line.number:>4}  {line}\n             {fails}", flush=True)
        else:
            print(f"ok     {line.number:>4}  {line}" + ("" if line.word in CHECKS else f"  ({took:.1f} s)"), flush=True)
    context.close()
    return failed


if __name__ == "__main__":
    sys.exit(main())

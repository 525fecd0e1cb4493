"""How full prefixes are: a real Nautobot's own figures, asked for now, beside those of tools/ipam."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from ipam_space import figures

pytestmark = [pytest.mark.nautobot, pytest.mark.nautobot_home]

SCRIPT = Path(__file__).parent.parent.parent / "scripts" / "nautobot_use.py"
AWKWARD = 300  # of the 2,000 whose figures are recorded in tests/ipam


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What Nautobot counts, by its own Python."""
    folder = tmp_path_factory.mktemp("use")
    command = '. "$NB_HOME/env.sh" && exec python "$0" use.json --awkward "$1"'
    subprocess.run(["bash", "-c", command, SCRIPT, str(AWKWARD)], cwd=folder, check=True)
    counted: dict[str, Any] = json.loads((folder / "use.json").read_text(encoding="utf-8"))
    return counted


@pytest.mark.parametrize("version", [4, 6])
@pytest.mark.parametrize("which", ["there", "awkward"])
def test_every_prefix_is_as_full_as_nautobot_says(said: dict[str, Any], which: str, version: Any) -> None:
    for namespace in said[which]:
        ours, theirs = figures(namespace, version)
        assert ours == theirs


def test_all_of_the_demo_network_and_all_awkward_prefixes_were_compared(said: dict[str, Any]) -> None:
    counts = {which: sum(len(one["prefixes"]) for one in said[which]) for which in ("there", "awkward")}

    assert counts == {"there": 2143, "awkward": AWKWARD}

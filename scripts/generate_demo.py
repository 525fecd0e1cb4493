#!/usr/bin/env python3
"""Write the demo network to demo_fixtures/, or to the folder given. The same files every time.

python scripts/generate_demo.py [FOLDER]
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))  # also when this file is run by its path from elsewhere

from demo_network.change_stories import add_changes
from demo_network.circuits import add_circuits
from demo_network.foundation import lay_foundation
from demo_network.hosts import add_hosts
from demo_network.oddities import add_oddities
from demo_network.records import Network
from demo_network.sites import build

FIXTURES = Path(__file__).parent.parent / "demo_fixtures"


def demo_network() -> Network:
    """The whole network with its stories."""
    network = Network()
    sites = lay_foundation(network)
    for site in sites:
        build(network, site)
    add_circuits(network, sites)
    add_oddities(network, sites)
    add_hosts(network)
    network.nest_prefixes()
    add_changes(network)
    return network


if __name__ == "__main__":
    demo_network().write(Path(sys.argv[1]) if len(sys.argv) > 1 else FIXTURES)

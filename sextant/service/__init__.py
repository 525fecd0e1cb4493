"""The tools and the answers over HTTP: `sextant serve`."""

"""A client of a Sextant that is served over HTTP."""

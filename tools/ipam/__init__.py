"""Address space, exactly: use, free blocks and overlaps of many prefixes at once. Pure: no I/O, no names of Nautobot's API."""

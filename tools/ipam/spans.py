"""Spans of addresses: arrays of their first and last addresses. One namespace and family at a time."""

import numpy as np

from tools.ipam.numbers import Numbers

Spans = tuple[Numbers, Numbers]  # first addresses, last addresses


def joined(spans: Spans) -> Spans:
    """Return the same addresses as spans that neither overlap nor touch, in order."""
    first, last = spans
    if not len(first):
        return spans
    order = np.argsort(first, kind="stable")
    first, last = first[order], np.maximum.accumulate(last[order])
    apart = (first[1:] > last[:-1] + 1).astype(bool)
    return first[np.concatenate([[True], apart])], last[np.concatenate([apart, [True]])]


def size(spans: Spans) -> int:
    """Return how many addresses spans hold that do not overlap."""
    return int((spans[1] - spans[0] + 1).sum()) if len(spans[0]) else 0


def within(spans: Spans, first: int, last: int) -> Spans:
    """Return what of the spans lies between two addresses, both included."""
    touching = ((spans[0] <= last) & (spans[1] >= first)).astype(bool)
    return np.maximum(spans[0][touching], first), np.minimum(spans[1][touching], last)


def gaps(spans: Spans, first: int, last: int) -> Spans:
    """Return the spans between two addresses, both included, that no given span covers."""
    starts, ends = joined(within(spans, first, last))
    edge = np.array([first, last + 1], dtype=starts.dtype)
    starts, ends = np.concatenate([edge[:1], ends + 1]), np.concatenate([starts - 1, edge[1:] - 1])
    open_ = (starts <= ends).astype(bool)
    return starts[open_], ends[open_]


def union(*parts: Spans) -> Spans:
    """Return the addresses of all parts, joined."""
    return joined((np.concatenate([part[0] for part in parts]), np.concatenate([part[1] for part in parts])))

"""Numbers of addresses, and of rows, as people read them. Pure."""

from tools.models import Cell

_EXACT = 2**53  # up to here digits are read, and counted exactly by a browser
_POWERS = 2**32
_OF_ADDRESSES = {"addresses", "used", "free", "free addresses"}  # columns


def readable(number: int) -> str:
    """Return a number so that it can be read: "1,680", "2^94", and "2.95e21" for what has too many digits to be read."""
    exponent = number.bit_length() - 1
    if number > _POWERS and number == 1 << exponent:
        return f"2^{exponent}"
    if number <= _EXACT:
        return f"{number:,}"
    return f"{number:.2e}".replace("e+", "e")


def amount_said(column: str, cell: Cell) -> Cell:
    """Return a cell as it is shown: a number of IPv6 addresses, which has too many digits for a number, so that it can be read."""
    if column in _OF_ADDRESSES and isinstance(cell, str) and cell.isdecimal():
        return readable(int(cell))
    return cell


def of_all(total: int, more: int | None) -> str:
    """Return how many rows there are, where `total` were listed and `more` were not: "22", "3,934", "at least 1,000"."""
    return f"at least {total:,}" if more is None else readable(total + more)


def rows_said(part: int, total: int, more: int | None) -> str:
    """Return a part of the rows of a list: "22 of 22 rows", "1,000 of 3,934 rows", "50 of at least 50 rows"."""
    return f"{part:,} of {of_all(total, more)} {'row' if (total, more) == (1, 0) else 'rows'}"

"""Numbers of addresses as people read them. Pure."""

_EXACT = 2**53  # up to here digits are read, and counted exactly by a browser
_POWERS = 2**32


def readable(number: int) -> str:
    """Return a number so that it can be read: "1,680", "2^94", and "2.95e21" for what has too many digits to be read."""
    exponent = number.bit_length() - 1
    if number > _POWERS and number == 1 << exponent:
        return f"2^{exponent}"
    if number <= _EXACT:
        return f"{number:,}"
    return f"{number:.2e}".replace("e+", "e")

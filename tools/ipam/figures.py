"""How much space, and how much of it used: the numbers that people read. Pure; loads no numpy."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Usage:
    """How many addresses there are, and how many of them are used."""

    addresses: int
    used: int

    @property
    def free(self) -> int:
        return self.addresses - self.used

    @property
    def used_percent(self) -> float | None:
        """To two decimals; None where there is no space."""
        return round(100 * self.used / self.addresses, 2) if self.addresses else None

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(self.addresses + other.addresses, self.used + other.used)

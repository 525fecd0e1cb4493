"""Names as people write them: any case, accents or none, plurals, a slip of the finger. Pure."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

NEAREST = 5
_FEW = 30  # names: of so many some are told, whatever was written
LONGEST = 300  # characters: no name in Nautobot is longer, and likeness to a whole page takes seconds
_LETTERS_WITHOUT_ACCENT = str.maketrans({"ß": "ss", "ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "&": " and "})


@lru_cache(maxsize=32_768)
def fold(text: str) -> str:
    """Return the text in lower case, without accents, its words separated by single spaces."""
    # Taken apart before and after: a letter of mathematics becomes an ordinary capital only then.
    plain = unicodedata.normalize("NFKD", text).casefold().translate(_LETTERS_WITHOUT_ACCENT)
    plain = unicodedata.normalize("NFKD", plain)
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    return " ".join(re.findall(r"[^\W_]+", plain.replace("'", "").replace("’", "")))


def singular(word: str) -> str:
    """Return an English word without its plural ending: "switches" -> "switch", "countries" -> "country"."""
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("ches", "shes", "xes", "sses")):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


@lru_cache(maxsize=8_192)
def words(text: str) -> tuple[str, ...]:
    """Return the folded words of a text in the singular."""
    return tuple(singular(word) for word in fold(text).split())


def contains_words(text: str, wanted: Sequence[str]) -> bool:
    """Say whether all wanted words stand in the text next to each other, in their order."""
    have, size = words(text), len(wanted)
    if not wanted or wanted[0] not in have:
        return False
    return any(have[i : i + size] == tuple(wanted) for i in range(len(have) - size + 1))


def initials(text: str) -> str:
    """Return the first letters of a name of several words: "United Kingdom" -> "uk"."""
    parts = fold(text).split()
    return "".join(part[0] for part in parts) if len(parts) > 1 else ""


def is_slip(written: str, meant: str) -> bool:
    """Say whether one folded text is the other with a slip of the finger.

    Short words and codes are too alike for that: there only swapped, doubled or missing letters count, and numbers
    must agree (NYC1 is NYC01, but NYC02 is not, and MIA01 is another place than MIL01).
    """
    from rapidfuzz.distance import OSA, Indel  # late: most calls name things right

    if _numbers(written) != _numbers(meant) or _other_code(written.split(), meant.split()):
        return False
    written, meant = _without_numbers(written), _without_numbers(meant)
    if written == meant:
        return True
    if min(len(written), len(meant)) < 2 or written[0] != meant[0]:
        return False
    size = max(len(written), len(meant))
    distance = OSA.distance(written, meant, score_cutoff=2)
    if size < 6:
        substituted = len(written) == len(meant) and sorted(written) != sorted(meant)
        return distance == 1 and not substituted and Indel.distance(written, meant) <= 2
    return distance <= (1 if size < 8 else 2)


def _other_code(written: Sequence[str], meant: Sequence[str]) -> bool:
    """Say whether a code in a name of several words is another one: XYZ01-acc001 is no slip for XEL01-acc001."""
    if len(written) != len(meant) or len(meant) < 2:
        return False
    pairs = (
        (one, other) for one, other in zip(written, meant, strict=True) if one != other and re.search("[0-9]", other)
    )
    return any(not is_slip(one, other) for one, other in pairs)


def nearest(written: str, names: Iterable[str], limit: int = NEAREST) -> list[str]:
    """Return the names most like what was written, the nearest first.

    Where none is like it: the first of few, which say what there is. Of many, such as places, only those with some
    letters in common.
    """
    from rapidfuzz import fuzz, process

    names = list(names)
    found = process.extract(fold(written[:LONGEST]), names, scorer=fuzz.WRatio, processor=fold, limit=limit)
    alike = [name for name, score, _ in found if score >= 60]
    return alike or [name for name, score, _ in found[:3] if score or len(names) <= _FEW]


def match(written: str, names: Sequence[str]) -> "Matches":
    """Return the names that a text may mean: one if it is clear, none if nothing has such a name.

    Exact first (letter for letter where two differ only by case), then as a plural, then by its words ("access" is Access Switch), then with a slip of the finger.
    """
    if written.strip() in names:
        return Matches([written.strip()])
    if len(written) > LONGEST:
        return Matches([])
    folded, wanted = fold(written), words(written)
    compact, short = folded.replace(" ", ""), "".join(wanted)
    exact: tuple[Callable[[str], bool], ...] = (
        lambda name: fold(name) == folded,
        lambda name: words(name) == wanted,
        lambda name: fold(name).replace(" ", "") == compact,
        lambda name: set(wanted) <= set(words(name)),
        lambda name: short == initials(name),
    )
    for step in exact if wanted else ():
        if found := [name for name in names if step(name)]:
            return Matches(found)
    text = " ".join(wanted)
    slips = [name for name in names if is_slip(text, " ".join(words(name)))]
    slips = slips or [name for name in names if len(wanted) == 1 and _slip_of_a_word(text, name)]
    return Matches(slips, slip=True)


@dataclass(frozen=True)
class Matches:
    """The names that a text may mean, and whether it is written otherwise than they are."""

    names: list[str]
    slip: bool = False


def _slip_of_a_word(written: str, name: str) -> bool:
    return any(len(word) > 4 and is_slip(written, word) for word in words(name))


def _numbers(text: str) -> list[int]:
    return [int(number) for number in re.findall(r"[0-9]+", text)]


def _without_numbers(text: str) -> str:
    return re.sub(r"[0-9]+", "#", text)

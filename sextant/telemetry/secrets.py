"""What must not leave the house: keys, tokens and passwords, wherever they were typed or told. Pure.

Two nets: the secrets that this installation has, in every spelling that a record may hold them in, and what looks like
a secret of somebody else. What is caught reads "[redacted]"; doing it twice changes nothing more.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from html import escape
from typing import Any
from urllib.parse import quote, unquote, urlsplit

MASK = "[redacted]"

_SHORTEST = 6  # characters; a shorter key is a word, and would black out half a text
_VALUE = r"""[^\s"'\\<>,;(){}\[\]]"""
# A word of prose behind "token" is no token: those hold a digit, a capital or a sign.
_NO_WORD = r"(?![a-z]+(?![^\s\"'\\<>,;(){}\[\]]))"
_SCHEME = r"(?:(?:bearer|basic|token|digest)\s+)?(?!(?:bearer|basic|token|digest)\s)"
_WORD = r"(?<![\w-])[\w-]*"  # only from where it begins: else a long word is read as often as it has letters
_NAMED = _WORD + r"(?:password|passwd|passphrase|pwd|secret|api[_-]?key|apikey)"
_PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE | re.DOTALL)
    for pattern in (
        # user:password@ of an address
        r"(?<![a-z0-9+.-])[a-z][a-z0-9+.-]*://(?P<secret>[^\s/?#@\"'<>\\]+)@",
        # headers
        rf"authorization(?:\\?[\"'])?\s*[:=]\s*(?:\\?[\"'])?{_SCHEME}(?P<secret>{_VALUE}+)",
        rf"\b(?:bearer|basic)\s+(?-i:{_NO_WORD})(?P<secret>{_VALUE}{{8,}})",
        rf"\btoken\s+(?-i:{_NO_WORD})(?P<secret>(?=[^\s\"']*\d){_VALUE}{{16,}})",
        # key=value, "key": "value"
        rf"{_NAMED}(?:\\?[\"'])?\s*[:=]\s*(?:\\?[\"'](?P<secret>[^\"'\\]+)|(?P<bare>{_VALUE}+))",
        rf"{_WORD}token(?:\\?[\"'])?\s*[:=]\s*(?:\\?[\"'])?(?-i:{_NO_WORD})(?P<secret>{_VALUE}{{8,}})",
        # an API key of ours, also where its end was cut off
        r"(?<![\w-])(?P<secret>sextant_[0-9a-f]{8}_[\w-]{8,})",
        # well-known shapes
        r"\b(?P<secret>(?:sk|rk|pk|glpat|xox[abeprs])-[\w-]{10,}|gh[opsur]_\w{20,}|github_pat_\w{20,})",
        r"\b(?P<secret>AKIA[0-9A-Z]{16}|AIza[\w-]{30,}|(?<![\w-])eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*)",
        r"(?P<secret>-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z))",
    )
)


class Redaction:
    """Finds secrets in text: those that are given, in any spelling, and what looks like one."""

    def __init__(self, secrets: Iterable[str]) -> None:
        spelt = {form for secret in secrets if _is_secret(secret) for form in _spellings(secret)}
        longest_first = sorted(spelt, key=lambda form: (-len(form), form))
        self._known = re.compile("|".join(map(re.escape, longest_first))) if spelt else None

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Return where secrets stand, apart from one another and in order."""
        merged: list[tuple[int, int]] = []
        for start, end in sorted(self._found(text)):
            if merged and start <= merged[-1][1]:
                merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
            else:
                merged.append((start, end))
        return [(start, end) for start, end in merged if text[start:end] != MASK]

    def _found(self, text: str) -> Iterator[tuple[int, int]]:
        if self._known:
            yield from (found.span() for found in self._known.finditer(text))
        for pattern in _PATTERNS:
            for found in pattern.finditer(text):
                yield found.span("bare" if found.groupdict().get("bare") else "secret")

    def text(self, text: str) -> str:
        """Return a text without secrets."""
        pieces, last = [], 0
        for start, end in self.spans(text):
            pieces += [text[last:start], MASK]
            last = end
        return "".join([*pieces, text[last:]])

    def value(self, value: Any) -> Any:
        """Return a value of JSON without secrets, in its keys as well."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, Mapping):
            return {self.text(str(key)): self._of_key(str(key), each) for key, each in value.items()}
        if isinstance(value, Sequence):
            return [self.value(each) for each in value]
        return value

    def _of_key(self, key: str, value: Any) -> Any:
        # {"password": "x"} as a value of ours is two strings; neither alone looks like a secret.
        if isinstance(value, str) and _SECRET_KEY.fullmatch(key):
            return MASK
        return self.value(value)


_SECRET_KEY = re.compile(rf"{_NAMED}|{_WORD}token|authorization", re.IGNORECASE)


def masking(secrets: Iterable[str]) -> Callable[[str], str]:
    """Return what takes these secrets, and what looks like one, out of a text."""
    return Redaction(secrets).text


def _is_secret(secret: str) -> bool:
    return len(secret) >= _SHORTEST and secret not in MASK


def _spellings(secret: str) -> set[str]:
    """Return a secret as text, and as it stands in JSON, HTML, addresses and quotes that are part of a text."""
    quoted = {secret, repr(secret)[1:-1]}
    in_html = {form for text in quoted for form in (text, escape(text), escape(text, quote=False))}
    in_json = {json.dumps(form, ensure_ascii=ascii)[1:-1] for form in in_html for ascii in (True, False)}
    return in_html | in_json | {quote(secret, safe="")}


# A provider's key may come from its own variable (OPENAI_API_KEY), which no setting of ours names.
_NAMES = re.compile(r"(?:KEY|TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE)$", re.IGNORECASE)
_HEADERS = re.compile(r"OTEL_EXPORTER_OTLP_(?:\w+_)?HEADERS", re.IGNORECASE)


def secrets_among(given: Mapping[str, str | None]) -> frozenset[str]:
    """Return the secrets in an environment: values whose names say so, and the passwords in addresses."""
    found = {value for name, value in given.items() if value and _NAMES.search(name)}
    found |= {password for value in given.values() if value and (password := password_in(value))}
    headers = (value for name, value in given.items() if value and _HEADERS.fullmatch(name))
    return frozenset(found | {secret for value in headers for secret in _of_headers(value)})


def password_in(address: str) -> str | None:
    """Return the password in an address such as postgresql://name:password@host."""
    if "://" not in address:
        return None
    try:
        password = urlsplit(address).password
    except ValueError:
        return None
    return unquote(password) if password else None


def _of_headers(value: str) -> Iterator[str]:
    """Yield the values of headers as OpenTelemetry writes them: `name=value,name=value`, percent-encoded."""
    for pair in value.split(","):
        said = unquote(pair.partition("=")[2].strip())
        yield said
        yield said.rpartition(" ")[2]  # without the scheme of an Authorization

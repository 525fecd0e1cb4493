"""The page of all settings, from the classes that read them and from .env.example, which says what each is for."""

import ast
import importlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from parts import code, escaped, made_by, table
from pydantic import SecretStr
from pydantic.fields import FieldInfo

from tools.settings import LayeredSettings

ROOT = Path(__file__).parent.parent.parent
PACKAGES = ("tools", "chainlit_app", "sextant")
_SECTION = re.compile(r"# --- (.+?) -+$")
_KEY = re.compile(r"#?([A-Z][A-Z0-9_]+)=(.*)$")
# Not a field of a class: it says where the file with the settings is.
NAMES_THE_FILE = "SEXTANT_CONFIG"

HEAD = """# Configuration

Every setting is a variable of the environment. The same keys may stand in `.env` and in a YAML file
(`sextant.yaml` in the folder you start from, or the file that `SEXTANT_CONFIG` names):

```yaml
NAUTOBOT_URL: https://nautobot.example.com
SEXTANT_PORT: 9000
```

The order is: environment, then `.env`, then the YAML file, then the defaults below. An empty value counts as not set. A value that is
not allowed ends the start, with the name of its key and what is allowed; `sextant doctor` says what was read and from where.

"""


@dataclass(frozen=True)
class Said:
    """A setting as .env.example has it."""

    key: str
    example: str
    comment: str


@cache
def settings_classes() -> list[type[LayeredSettings]]:
    """Return every class of settings in the product, by name."""
    for package in PACKAGES:
        for file in sorted((ROOT / package).rglob("*.py")):
            text = file.read_text(encoding="utf-8")
            if "Settings):" in text and any(_is_settings(node) for node in ast.parse(text).body):
                importlib.import_module(".".join(file.relative_to(ROOT).with_suffix("").parts))
    return sorted(_below(LayeredSettings), key=lambda kind: kind.__name__)


@cache
def fields() -> dict[str, FieldInfo]:
    """Return every setting by its key; one that two programs read stands once."""
    return {name.upper(): field for kind in settings_classes() for name, field in kind.model_fields.items()}


def sections() -> dict[str, list[Said]]:
    """Return what .env.example says, by its sections. Raise `SystemExit` where it and the classes do not agree."""
    found: dict[str, list[Said]] = {}
    comment: list[str] = []
    for line in (ROOT / ".env.example").read_text(encoding="utf-8").splitlines():
        if section := _SECTION.match(line):
            found[section[1]] = []
        elif (key := _KEY.match(line)) and found:
            found[list(found)[-1]].append(Said(key[1], key[2], " ".join(comment)))
            comment = []
        else:
            comment = [*comment, line[2:]] if line.startswith("# ") else []
    told = {said.key for group in found.values() for said in group} - {NAMES_THE_FILE}
    if odd := sorted(told ^ set(fields())):
        raise SystemExit(f".env.example and the classes of settings differ in: {', '.join(odd)}")
    return found


def settings_page() -> str:
    """Return the page."""
    known = fields()
    page = made_by("the classes of settings and `.env.example`") + HEAD
    for section, group in sections().items():
        rows = [
            (f"`{said.key}`", _default(known.get(said.key)), escaped(said.comment), _allowed(known.get(said.key)))
            for said in group
        ]
        page += f"## {section}\n\n{table(('Setting', 'Default', 'What it is', 'Allowed'), rows)}\n"
    return page.rstrip("\n") + "\n"


def _is_settings(node: ast.stmt) -> bool:
    return isinstance(node, ast.ClassDef) and any(
        isinstance(base, ast.Name) and base.id.endswith("Settings") for base in node.bases
    )


def _below(kind: type[LayeredSettings]) -> Iterator[type[LayeredSettings]]:
    for one in kind.__subclasses__():
        yield one
        yield from _below(one)


def _default(field: FieldInfo | None) -> str:
    if field is None or field.default is None:
        return "not set"
    value = field.default.get_secret_value() if isinstance(field.default, SecretStr) else field.default
    return code(str(value).lower() if isinstance(value, bool) else value)


def _allowed(field: FieldInfo | None) -> str:
    return escaped(field.description or "") if field else "the path of a YAML file"

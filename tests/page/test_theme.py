"""The colours of the theme can be read: WCAG AA, computed from theme.json and sextant.css."""

import colorsys
import json
import re
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

PUBLIC = Path(__file__).parents[2] / "chainlit_app" / "page" / "root" / "public"
THEMES = ("light", "dark")
Rgb = tuple[float, float, float]

TEXT = [  # on what: text of any size
    ("foreground", "background"),
    ("foreground", "card"),
    ("foreground", "sx-free"),
    ("muted-foreground", "background"),
    ("muted-foreground", "card"),
    ("muted-foreground", "secondary"),
    ("muted-foreground", "muted"),
    ("muted-foreground", "accent"),
    ("primary", "background"),
    ("primary", "card"),
    ("primary", "accent"),
    ("destructive", "background"),
    ("destructive", "card"),
    *((f"{name}-foreground", name) for name in ("card", "popover", "primary", "secondary", "accent", "destructive")),
    *((tone, "background") for tone in ("sx-live", "sx-demo", "sx-fallback")),
    *((("sx-on-dark", "sx-on-light")[at % 2], f"sx-p{at + 1}") for at in range(5)),
]
SHAPES = [  # parts of pictures and the ring around what has the focus
    *((f"sx-p{at}", "card") for at in range(1, 6)),
    ("sx-p1", "sx-free"),
    ("sx-scarce", "sx-free"),
    ("sx-others", "card"),
    ("ring", "background"),
    ("ring", "card"),
]
TINTED = [("primary", 0.12, "background"), ("primary", 0.12, "card"), ("sx-live", 0.11, "background")]
TINTED += [("sx-demo", 0.11, "background"), ("sx-fallback", 0.11, "background")]


@cache
def colours(theme: str) -> dict[str, Rgb]:
    """Return the variables of a theme: Chainlit's from its file, ours from the style sheet."""
    css = (PUBLIC / "sextant.css").read_text(encoding="utf-8")
    blocks = re.findall(r"^(:root|\.dark) \{(.*?)\}", css, re.MULTILINE | re.DOTALL)
    given = dict(json.loads((PUBLIC / "theme.json").read_text(encoding="utf-8"))["variables"][theme])
    for selector in (":root", ".dark")[: 1 + (theme == "dark")]:
        for name, body in blocks:
            if name == selector:
                given |= dict(re.findall(r"(--[\w-]+): ([^;]+);", body))
    return {name[2:]: rgb(value) for name, value in given.items() if re.fullmatch(r"\d+ [\d.]+% [\d.]+%", value)}


def rgb(hsl: str) -> Rgb:
    hue, saturation, lightness = (float(part.rstrip("%")) for part in hsl.split())
    return colorsys.hls_to_rgb(hue / 360, lightness / 100, saturation / 100)


def contrast(one: Rgb, other: Rgb) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: Rgb) -> float:
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("text", "ground"), TEXT)
def test_text_can_be_read(theme, text, ground):
    assert contrast(colours(theme)[text], colours(theme)[ground]) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("tone", "share", "ground"), TINTED)
def test_text_on_a_tint_of_itself_can_be_read(theme, tone, share, ground):
    text, under = colours(theme)[tone], colours(theme)[ground]
    tinted = tuple(share * a + (1 - share) * b for a, b in zip(text, under, strict=True))

    assert contrast(text, (tinted[0], tinted[1], tinted[2])) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("shape", "ground"), SHAPES)
def test_shapes_can_be_seen(theme, shape, ground):
    assert contrast(colours(theme)[shape], colours(theme)[ground]) >= 3


@pytest.mark.parametrize("theme", THEMES)
def test_neighbours_in_a_stack_differ_in_brightness_too(theme):
    stack = [colours(theme)[f"sx-p{at}"] for at in range(1, 6)]

    assert all(contrast(one, other) >= 1.8 for one, other in pairwise(stack))

"""What becomes of the links of a model and of data: they are read, not followed."""

import pytest

from chainlit_app.page.markdown import escaped, shown

HOSTS = {"n.example"}


@pytest.mark.parametrize(
    ("answer", "on_page"),
    [
        ('see [here](https://evil.example/?q=1 "t") ok', "see here (`https://evil.example/?q=1`) ok"),
        ("![map](https://evil.example/x.png)", "map (`https://evil.example/x.png`)"),
        ("![](https://n.example/x.png)", " (`https://n.example/x.png`)"),
        ("[![a](b.png)](https://evil.example)", "a (`b.png`) (`https://evil.example`)"),
        (
            "at https://evil.example/a?b=c. And www.evil.example,",
            "at `https://evil.example/a?b=c`. And `www.evil.example`,",
        ),
        ("<https://evil.example>", "`https://evil.example`"),
        ("<javascript:alert(1)>", "`javascript:alert(1)`"),
        ("[a]: https://evil.example\n\n[x][a]", "[a]\\: `https://evil.example`\n\n[x][a]"),
        ("[x](&#104;ttps://evil.example)", "x (`https://evil.example`)"),
        ("[x](//evil.example)", "x (`//evil.example`)"),
        ("[x](mailto:a@b.example?body=c)", "x (`mailto:a@b.example?body=c`)"),
        ("[x](/logout)", "x (`/logout`)"),
        ("[x](https://n.example@evil.example/)", "x (`https://n.example@evil.example/`)"),
        ("[x](https://n.example\\@evil.example/)", "x (`https://n.example\\@evil.example/`)"),
        ("[x](https://n.example.evil.example/)", "x (`https://n.example.evil.example/`)"),
        ("[a\nb](https://evil.example)", "[a\nb]\\(`https://evil.example`)"),
        ("[x](https://n.example/dcim/)", "[x](https://n.example/dcim/)"),
        ("[x](#there)", "[x](#there)"),
        ("`https://evil.example`", "`https://evil.example`"),
        ("[https://evil.example](https://evil.example)", "`https://evil.example`"),
    ],
)
def test_a_link_says_where_it_leads_and_only_known_ones_can_be_clicked(answer, on_page):
    assert shown(answer, HOSTS) == on_page


def test_data_links_to_nothing():
    assert escaped("sw1 https://evil.example/`x` a:b") == "sw1 `https://evil.example/`\\`x\\` a\\:b"


@pytest.mark.parametrize("sign", ["\u200b", "\u2060", "\ufeff", "\u202e", "\u2066", "\u00ad", "\U000e0041"])
def test_signs_that_nobody_sees_are_left_out(sign):
    assert shown(f"a{sign}b") == escaped(f"a{sign}b") == "ab"

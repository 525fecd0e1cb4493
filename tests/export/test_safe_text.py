"""What a model or a network wrote reads in a Markdown file as it was meant, and does nothing there."""

import pytest

from chainlit_app.export.safe_text import code, phrase, prose


@pytest.mark.parametrize(
    "text",
    [
        "NYC01-acc001 Gi1/0/24, 10.0.11.0/24 (User Data), 2001:db8::1, 00:1B:44:11:3A:B7",
        "22 of 22 rows; 100 % used, a < b & c > d, $5, C++ #1",
        "snake_case_name at 14:03:10",
    ],
)
def test_names_addresses_and_figures_stay_as_they_are(text):
    assert phrase(text) == text
    assert prose(text) == text


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("<script>alert(1)</script>", "&lt;script>alert(1)&lt;/script>"),
        ("<!-- --> &lt;b&gt; &#60;", "&lt;!-- --> &amp;lt;b&amp;gt; &amp;#60;"),
        ("![x](http://evil.example/x.png)", r"!\[x\](http\://evil.example/x.png)"),
        ("[1] [a](javascript:alert(1))", r"\[1\] \[a\](javascript\:alert(1))"),
        (
            "<https://evil.example> //evil.example www.evil.example",
            r"&lt;https\://evil.example> /\/evil.example www\.evil.example",
        ),
        ("*a* _b_ `c` ~d~ e|f \\", r"\*a\* \_b\_ \`c\` \~d\~ e\|f \\"),
        ("two\nlines\r\n# and\ta heading", "two lines # and a heading"),
        ("turned\u202earound\u200b \x1b[31mred\x07 \U000e0041", r"turnedaround \[31mred "[:-1]),
    ],
)
def test_a_phrase_of_the_data_holds_no_markdown(written, kept):
    assert phrase(written) == kept


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("**Two** prefixes [1]:\n\n- `10.0.0.0/24`\n- x", "**Two** prefixes [1]:\n\n- `10.0.0.0/24`\n- x"),
        ("| a | b |\n| --- | --- |\n| 1 | 2 |", "| a | b |\n| --- | --- |\n| 1 | 2 |"),
        ("# Title #\n\n> ## Other\n- # Third\n#", "**Title**\n\n> **Other**\n- **Third**\n"[:-1]),
        ("---\ntitle: x\n---\ntext\n===", "\\---\ntitle: x\n\\---\ntext\n\\==="),
        ("[1]: https://evil.example\n> [a]: /x", "\\[1]: https\\://evil.example\n> \\[a]: /x"),
        ("[a](https://evil.example) [b][1]", r"[a]\(https\://evil.example) [b]\[1]"),
        (r"\[a\](x) https\://x https\\://x", r"\[a\]\(x) https\://x https\\\://x"),
        ("`<img src=x onerror=alert(1)>`", "`&lt;img src=x onerror=alert(1)>`"),
        ("```\nopen", "```\nopen\n```"),
        ("~~~~\n~~~\nopen", "~~~~\n~~~\nopen\n~~~~"),
        ("```\nclosed\n```\n", "```\nclosed\n```"),
    ],
)
def test_an_answer_keeps_its_lists_tables_and_code_and_nothing_that_acts(written, kept):
    assert prose(written) == kept


@pytest.mark.parametrize(
    ("written", "kept"),
    [("a", "`a`"), ("", "`  `"), ("`a` b", "`` `a` b ``"), ("a``b\nc", "```a``b c```"), ("<b>", "`<b>`")],
)
def test_code_cannot_be_left(written, kept):
    assert code(written) == kept

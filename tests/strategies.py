"""What Hypothesis makes for more than one test: hostile text, and lines as changelogs have them."""

from __future__ import annotations

from hypothesis import strategies as st

MARKUP = (
    "<script>alert(1)</script>",
    "</title><script>",
    '" onerror="x',
    "</p><img src=x onerror=y>",
    "[x](javascript:alert)",
    "[x](data:text/html,y)",
    "![x](https://e.example/x.png)",
    "<https://e.example>",
    "{{ 7 * 7 }}",
    "&lt;b&gt;",
    "`</code><b>`",
    "]]>",
)

hostile_text = st.lists(
    st.one_of(st.sampled_from(MARKUP), st.text(max_size=8)), min_size=1, max_size=4
).map("".join)

_STARTS = (
    "- ",
    "  - ",
    "    - ",
    "\t- ",
    "* ",
    "• ",
    "## ",
    "### ",
    "> ",
    "```",
    "1. ",
    "",
    "    ",
    "---",
    "<!-- ",
    "-",
    "- - ",
    "- ```",
    "        - ",
)
_TEXTS = st.one_of(
    st.sampled_from(
        (
            "1.4.31 - 10 August 2019, A. Name",
            "1.0 (march 2024)",
            "release-1.9.9 - August 2019",
            "Bad release, use 1.1: reason",
            "add `code`",
            "CPKCS11Lib::Load(): *x*",
            "[a]: b",
            "- - - x",
            "",
        )
    ),
    st.text(max_size=12),
)
changelog_lines = st.lists(
    st.tuples(st.sampled_from(_STARTS), _TEXTS).map("".join), max_size=14
).map("\n".join)

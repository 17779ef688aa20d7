"""The tags of thousands of broken pages, compared with those of htmlparser2 itself."""

from __future__ import annotations

import html.entities
import random

from node_oracle import ask, need

from pressroom.observatory.html import Tags, read_tags

_PARSER = """
const { Parser } = require('htmlparser2');
const answer = text => {
  const scripts = [], metas = [];
  const pick = (values, ...names) => names.map(name => Object.hasOwn(values, name) ? values[name] : null);
  const parser = new Parser({ onopentag(name, values) {
    if (name === 'script') scripts.push(pick(values, 'src', 'integrity'));
    if (name === 'meta') metas.push(pick(values, 'http-equiv', 'name', 'content'));
  } });
  parser.write(text);
  parser.end();
  return [scripts, metas];
};
"""
_SEEN = "<script src=seen>"
_NAMES = (
    "script meta title style textarea iframe noembed noframes xmp plaintext noscript template svg math desc mi "
    "foreignObject annotation-xml p div li a h1 h2 br table tr td select option button image SCRIPT Meta sVg Title"
)
_NESTED = (
    "svg svg math desc title mi foreignobject lineargradient image p div li a h1 h2 br td tr select option button "
    "style body script th thead tbody dd rt head optgroup hr input form textarea"
)
_OTHERS = (
    "address article aside blockquote datalist details dl dt fieldset figcaption figure footer form h3 h6 header html "
    "link main nav ol output pre rp section table tfoot ul"
)
_REFERENCES = "&amp; &amp &ampx; &lt= &#0; &#x80; &#128 &#x110000; &notit; &notin; &not &copy=1 &copy2 &#; &#x &#xg &fjlig; &#65a"
_VALUES = ("x", "", "a b", "<", ">", "=", "/", "<script>", "&", *_REFERENCES.split())
_ATTRIBUTES = (
    "src",
    "integrity",
    "http-equiv",
    "name",
    "content",
    "SRC",
    "x",
    "=",
    '"',
    "a'b",
    "İ",
    "K",
)
_MARKUP = "<!-- --> --!> <!--> <!---> - > <! <!DOCTYPE <? ?> <![CDATA[ ]]> ] <% </ </> < <1 <!- <![ </script </title é \0 ſ"


def _plain(tags: Tags) -> list[list[list[str | None]]]:
    """The tags in the oracle's form."""
    return [
        [[one.src, one.integrity] for one in tags.scripts],
        [[one.http_equiv, one.name, one.content] for one in tags.metas],
    ]


def _attribute(chance: random.Random) -> str:
    name = chance.choice(_ATTRIBUTES)
    if chance.random() < 0.2:
        return name
    quote = chance.choice(("", "'", '"', '"'))
    value = "".join(chance.choice(_VALUES) for _ in range(chance.randint(0, 3)))
    end = quote if chance.random() < 0.95 else ""
    return f"{name}{chance.choice(('=', ' =', '= ', '=='))}{quote}{value}{end}"


def _piece(chance: random.Random) -> str:
    kind = chance.random()
    name = chance.choice(_NAMES.split())
    if kind < 0.5:
        attributes = "".join(
            chance.choice((" ", " ", "\n", "\f", "\v", "/", "")) + _attribute(chance)
            for _ in range(chance.choice((0, 0, 1, 2)))
        )
        return f"<{name}{attributes}{chance.choice(('>', '>', '>', '/>', ' / >', '', ' '))}"
    if kind < 0.75:
        return f"</{name}{chance.choice(('>', '>', '>', ' >', '/>', 'x>', ''))}"
    return chance.choice(_MARKUP.split())


def _nested(chance: random.Random) -> str:
    tags = []
    for number in range(chance.randint(2, 25)):
        name = chance.choice(_NESTED.split())
        tags.append(
            f"<{name}{chance.choice(('>', '>', '>', '/>'))}"
            if chance.random() < 0.6
            else f"</{name}>"
        )
        if chance.random() < 0.3:
            tags.append(f"<script src={number}>" + chance.choice(("", "</script>")))
    return "".join(tags)


def _page(chance: random.Random) -> str:
    if chance.random() < 0.5:
        return _nested(chance)
    return "".join(_piece(chance) for _ in range(chance.randint(1, 14))) + _SEEN


def test_pages_are_read_as_htmlparser2_reads_them() -> None:
    """On thousands of broken pages, each tag that the Observatory's parser sees is seen, and no other."""
    need("htmlparser2")
    chance = random.Random(12)  # noqa: S311 - the same pages each time
    pages = [_page(chance) for _ in range(8_000)]
    expected = ask(_PARSER, pages)
    different = [
        (page, theirs)
        for page, theirs in zip(pages, expected, strict=True)
        if theirs != _plain(read_tags(page))
    ]
    assert [] == different[:3]


def test_every_named_reference_is_read_as_htmlparser2_reads_it() -> None:
    """All 2,231 names of HTML, before a letter, an equals sign and nothing."""
    need("htmlparser2")
    pages = [
        f'<meta content="&{name}{after}">'
        for name in html.entities.html5
        for after in ("", "x", "=")
    ]
    expected = ask(_PARSER, pages)
    assert [] == [
        page
        for page, theirs in zip(pages, expected, strict=True)
        if theirs != _plain(read_tags(page))
    ]


def test_starts_end_what_htmlparser2_lets_them_end() -> None:
    """For each pair of elements: whether the start of the second ends the first."""
    need("htmlparser2")
    names = sorted({*_NESTED.split(), *_OTHERS.split()})
    pages = [
        # If it does, `</first>` ends the outer one, and `</svg>` all of SVG, so that the title hides what it holds.
        f"<svg><{first}><svg><{first}><{second}>{f'</{first}>' * (1 + (first == second))}</svg><title>{_SEEN}"
        for first in names
        for second in names
    ]
    expected = ask(_PARSER, pages)
    assert [] == [
        page
        for page, theirs in zip(pages, expected, strict=True)
        if theirs != _plain(read_tags(page))
    ]

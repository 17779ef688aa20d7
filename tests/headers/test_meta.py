"""What a page says itself where no header can be set."""

from __future__ import annotations

import re

from lxml import html

from pressroom.headers.meta import LOST, NOT_IN_META, render_meta, render_meta_file
from pressroom.headers.policy import Policy, render_directives

IN_META = {"Content-Security-Policy", "Referrer-Policy"}


def elements(text: str) -> dict[str, str]:
    """Name and content of each <meta>."""
    return {
        one.get("http-equiv", one.get("name", "")): one.get("content", "")
        for one in html.document_fromstring(text).iter("meta")
    }


def test_the_elements_say_what_the_headers_say() -> None:
    """The policy without frame-ancestors, and the referrer policy, come out of an HTML parser as they are."""
    directives = dict(Policy().directives)
    del directives["frame-ancestors"]

    assert {
        "Content-Security-Policy": render_directives(directives),
        "referrer": "strict-origin-when-cross-origin",
    } == elements(render_meta(Policy()))
    assert "default-src 'none'" in render_meta(Policy())


def test_what_a_meta_cannot_say_is_left_out() -> None:
    """frame-ancestors, sandbox and report-uri are in no <meta>."""
    policy = Policy(content_security_policy=dict.fromkeys(NOT_IN_META, ("x",)))

    assert not any(name in render_meta(policy) for name in NOT_IN_META)


def test_a_value_never_becomes_markup() -> None:
    """Quotes and angle brackets in a value stay in their attribute."""
    hostile = '"><script>alert(1)</script><b a="&quot;'
    policy = Policy(content_security_policy={"img-src": (hostile,)}, referrer_policy=hostile)
    text = render_meta(policy)

    assert hostile == elements(text)["referrer"]
    assert f"img-src {hostile};" in elements(text)["Content-Security-Policy"]
    assert "<script" not in text


def test_the_file_names_every_header_that_is_lost() -> None:
    """deploy/meta.html says what is lost, header by header, and what that costs at most."""
    text = render_meta_file(Policy())
    comment = re.fullmatch(r"<!--\n(.*?)\n-->\n(.*)", text, re.DOTALL)

    assert comment is not None
    assert render_meta(Policy()) == comment[2]
    # HTML Living Standard, 13.1.6: what no comment may hold.
    assert not re.search("--|^-?>|<!-", comment[1])
    headers = {header.name for header in (*Policy().always, Policy().transport)}
    for name in headers - IN_META:
        assert any(name in lost for lost in LOST)
        assert name in comment[1]
    assert "75 (B)" in comment[1]
    assert "120 (A+)" in comment[1]

"""A host is sent as it was meant, or not at all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from observatory_service import (
    START,
    ObservatoryService,
    Site,
    client,
)

from pressroom.errors import ConfigError, ExitCode
from pressroom.observatory.api.fetch import scan
from pressroom.observatory.api.host import check_host
from pressroom.observatory.api.model import Service


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("", "no host is named", "name one"),
        (" \t", "no host is named", "name one"),
        ("https://widget.test/page", "without a scheme", "write widget.test/page"),
        ("HTTP://widget.test", "without a scheme", "write widget.test"),
        ("widget.test/Page", "in lower case only", "without capitals"),
        ("widget.test/caf\u00c9", "in lower case only", "without capitals"),
        ("widget.test?query=1", "has no place in it", "its path only"),
        ("widget.test/#top", "has no place in it", "its path only"),
        ("user@widget.test", "has no place in it", "its path only"),
        ("widget.test\\page", "has no place in it", "its path only"),
        ("widget .test", "has no place in it", "its path only"),
        ("widget.test\r\nHost: other.test", "has no place in it", "its path only"),
        ("widget\x00.test", "has no place in it", "its path only"),
        ("widget\u202e.test", "has no place in it", "its path only"),
    ],
)
def test_a_host_that_would_be_misread_is_not_sent(text: str, message: str, hint: str) -> None:
    """Nothing goes over the wire; it is a mistake of who asks."""
    nowhere = Service(clock=lambda: START, sleep=lambda _: None, base="http://127.0.0.1:9")

    with pytest.raises(ConfigError) as caught:
        scan(nowhere, text)

    assert message in caught.value.message
    assert hint in caught.value.hint
    assert ExitCode.USAGE == caught.value.exit_code


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        (" Widget.TEST\n", "widget.test"),
        ("widget.test:8443/a/b", "widget.test:8443/a/b"),
        ("widget.test/caf%C3%A9", "widget.test/caf%C3%A9"),
        ("b\u00fccher.test", "b\u00fccher.test"),
        ("widget.test:8443", "widget.test:8443"),
    ],
)
def test_a_host_arrives_as_it_was_meant(service: ObservatoryService, text: str, sent: str) -> None:
    """With its port and path; escapes of a path may have capitals."""
    service.sites[sent.lower()] = Site()

    assert sent == check_host(text)
    assert sent == scan(client(service), text).host
    assert {sent} == {seen.host for seen in service.seen}


def host_or_error(text: str) -> str | ConfigError:
    """What is sent for a text, or why nothing is."""
    try:
        return check_host(text)
    except ConfigError as error:
        return error


@given(st.text(max_size=60))
def test_any_text_is_a_host_or_an_error_of_ours(text: str) -> None:
    """And what is sent has nothing that could be read as something else."""
    found = host_or_error(text)

    if isinstance(found, str):
        assert found.isprintable()
        assert not set(found) & set(" ?#@\\")
    else:
        assert found.hint
        assert found.where.isprintable()

"""Parcels and outboxes for tests: the news of a made-up release, and posts that count."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from pressroom.changelog.model import Announcement
from pressroom.changelog.parse import parse_changelog
from pressroom.changelog.published import Published, PublishedFile
from pressroom.changelog.render.announcement import announced
from pressroom.release.outbox.messages import release_mail, release_parcel
from pressroom.release.outbox.texts import News
from pressroom.world.mail_fate import Fate, Told

if TYPE_CHECKING:
    from collections.abc import Callable

    from pressroom.findings import Finding
    from pressroom.release.outbox.parcel import Envelope, Parcel

TIME = dt.datetime(2026, 11, 20, 9, 30, tzinfo=dt.UTC)
FROM = "Zoë Müller <zoe@press.example>"
TO = ("Widget, the list <list@lists.example>",)
CHANGELOG = """\
---
name: Widget
title: Widget
kind: python
description: A widget that tests releases.
repository: https://github.com/owner/widget
documentation: https://docs.press.example/
---

## 1.0 - 20 November 2026, Zoë Müller

- turns more quietly, which took {long}
  - as [asked for](https://press.example/issue/1)
- a `#` is no comment

```
From here it is code
.
```
"""
LONG = "a long time " * 12 + "https://press.example/" + "x" * 120


def news(
    *, title: str = "{name} {version} released", text: str = CHANGELOG, tag: str = "1.0"
) -> News:
    """What there is to tell of Widget 1.0."""
    source = text.replace("{long}", LONG).replace(
        "repository:", f"announce_title: '{title}'\nrepository:"
    )
    changelog, findings = parse_changelog(source, where="releases/widget.md")
    assert [] == findings
    record = Published(
        id="widget-1.0",
        project="widget",
        version="1.0",
        tag=tag,
        tag_object="a" * 40,
        commit="c" * 40,
        date="2026-11-20",
        files=(
            PublishedFile(
                name="widget-1.0.tar.gz",
                kind="sdist",
                size=1234,
                sha256="5" * 64,
                url="https://files.press.example/widget-1.0.tar.gz",
            ),
        ),
    )
    one = announced(changelog, Announcement(versions=("1.0",), slug="widget-1-0"))
    return News(announced=one, record=record, page="https://press.example/projects/widget/1.0/")


def parcel(**options: str) -> Parcel:
    """All messages of Widget 1.0."""
    one = news(**options)
    mail = release_mail(one, sender=FROM, recipients=TO, date=TIME, domain="press.example")
    return release_parcel(one, mail)


class CountingPost:
    """Answers as it is told to, and counts what it accepted."""

    def __init__(self, fate: Fate = Fate.SENT, words: str = "taken") -> None:
        self.fate, self.words = fate, words
        self.accepted: list[bytes] = []

    def check(self) -> list[Finding]:
        """Nothing."""
        return []

    def deliver(
        self, envelope: Envelope, data: bytes, *, intent: Callable[[], None], is_private: bool
    ) -> Told:
        """Take it, or say that nobody knows."""
        del envelope, is_private
        intent()
        if self.fate in {Fate.SENT, Fate.DOUBT}:
            self.accepted.append(data)
        return Told(fate=self.fate, code=250, words=self.words)

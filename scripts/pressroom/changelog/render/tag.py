"""The message of the annotated tag for a release."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pressroom.changelog.styles.bullets import Layout, write_blocks

if TYPE_CHECKING:
    from pressroom.changelog.model import Project, Release

_LAYOUT = Layout(columns=(0,), marks=("-",), step=2)
# At the start of a line: a signature to git, the next mail to a mailbox, the end of a message to `git am`.
_MISREAD = re.compile(r"-----BEGIN|---|From |diff -|Index: ")


def render_tag_message(project: Project, release: Release) -> str:
    """The project's line for a tag, a blank line, and the entries as plain text.

    For `git tag --cleanup=verbatim`: a line may start with `#`. A line that git or a mail reader would take
    for something else is indented.
    """
    subject = project.tag_message.replace("{version}", release.version).strip()
    lines = [subject]
    if release.blocks:
        lines += ["", *write_blocks(release.blocks, _LAYOUT)]
    safe = (f" {line}" if _MISREAD.match(line) else line for line in "\n".join(lines).split("\n"))
    return "\n".join(line.rstrip() for line in safe).rstrip("\n") + "\n"

"""A release as GitHub and GitLab show it: the text in Markdown, and a script with the one command that puts it there."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from packaging.version import InvalidVersion, Version

from pressroom.changelog.format import format_release
from pressroom.errors import ConfigError

if TYPE_CHECKING:
    from pressroom.release.outbox.texts import News

_SCRIPT = """\
#!/bin/sh
# The release on {forge}; {needs}.
# It is refused where the release is there already.
set -eu
cd "$(dirname "$0")"
{command}
"""


def forge_body(news: News) -> str:
    """The text of a release in Markdown: what changed, the files with their hashes, how to check them."""
    one, record = news.announced, news.record
    parts = [one.project.description]
    parts += [one.announcement.note] if one.announcement.note else []
    parts += [format_release(release) for release in one.releases]
    rows = "\n".join(
        f"| [{_cell(file.name)}](<{file.url}>) | {file.size} | `{file.sha256}` |"
        for file in sorted(record.files, key=lambda file: file.name)
    )
    parts.append(f"## Files\n\n| file | bytes | sha256 |\n|---|--:|---|\n{rows}")
    parts.append(
        f"Tag `{record.tag}` is commit {record.commit}. [More about this release]({news.page})"
    )
    return "\n\n".join(part.strip("\n") for part in parts) + "\n"


def _cell(text: str) -> str:
    return "".join(f"\\{one}" if one in "\\|[]<>`*_~" else one for one in text)


def github_command(news: News) -> str:
    """`gh release create …` for a release whose text lies beside it. Raises ConfigError for what no option can be."""
    words = ["gh", "release", "create", _argument(news.record.tag), "--verify-tag"]
    words += [f"--title={_argument(news.announced.title)}", "--notes-file=github.md"]
    words += ["--prerelease"] if _is_early(news.record.version) else []
    return shlex.join([*words, *_repository(news, "github")])


def gitlab_command(news: News) -> str:
    """`glab release create …`; `--ref` is the commit of the tag, since glab would make a tag that is not there."""
    words = ["glab", "release", "create", _argument(news.record.tag), "--no-update"]
    words += [f"--ref={news.record.commit}", f"--name={_argument(news.announced.title)}"]
    words += ["--notes-file=gitlab.md"]
    return shlex.join([*words, *_repository(news, "gitlab")])


def forge_script(forge: str, command: str) -> str:
    """The command as a file that can be run where its text lies."""
    program = command.partition(" ")[0]
    return _SCRIPT.format(
        forge=forge, needs=f"{program} has to be logged in there", command=command
    )


def _repository(news: News, forge: str) -> list[str]:
    """The repository, where it is on that forge; else the command takes that of the folder it is started in."""
    address = news.announced.project.repository or ""
    host = urlsplit(address).hostname or ""
    return [f"--repo={address}"] if forge in host.split(".") else []


def _argument(text: str) -> str:
    if text.startswith("-") or not text.isprintable():
        raise ConfigError(
            f"{text!r} cannot be an argument of gh and glab",
            where="title or tag",
            hint="one line that starts with no hyphen: see announce_title and tag in the front matter",
        )
    return text


def _is_early(version: str) -> bool:
    try:
        return Version(version).is_prerelease
    except InvalidVersion:
        return False

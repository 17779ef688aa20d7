"""Redirects against the sites that were built: each leads to a page, and none takes the place of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pressroom.addresses.spelling import path_of, shown
from pressroom.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from pressroom.addresses.model import Redirect
    from pressroom.addresses.spelling import Problem


def check_redirects(
    redirects: Iterable[Redirect],
    files: Mapping[str, Collection[str]],
    *,
    base_urls: Mapping[str, str],
    where: str,
) -> list[Finding]:
    """All that does not fit what was built.

    `files` are the paths of all files by site (`readers/index.html`), `base_urls` the sites' addresses
    (`https://docs.example.org/`); `where` is the file of the redirects. A fragment is not looked for, and
    what is on a site without files is not judged.
    """
    built = {site: frozenset(paths) for site, paths in files.items()}
    folders = {site: _folders(paths) for site, paths in files.items()}
    findings = []
    for redirect in redirects:
        problems: list[Problem] = []
        if redirect.site in built:
            problems += _source_problems(redirect, built[redirect.site], folders[redirect.site])
        site, path = _place(redirect, base_urls)
        if site in built:
            problems += _target_problems(redirect, path.removeprefix("/"), built[site])
        findings += [
            Finding(where=where, line=redirect.line, message=message, hint=hint)
            for message, hint in problems
        ]
    return sorted(findings)


def _folders(paths: Iterable[str]) -> set[str]:
    found: set[str] = set()
    for path in paths:
        folder = path.rpartition("/")[0]
        while folder and folder not in found:
            found.add(folder)
            folder = folder.rpartition("/")[0]
    return found


def _place(redirect: Redirect, base_urls: Mapping[str, str]) -> tuple[str, str]:
    """The site and the decoded path where a redirect leads; parse_redirects lets nothing else through."""
    target = path_of(redirect.target)
    if target.startswith("/"):
        return redirect.site, target
    # The longest address first: one site may lie below another.
    for site, base in sorted(base_urls.items(), key=lambda item: -len(item[1])):
        if target.startswith(base):
            return site, target.removeprefix(base)
    raise ValueError(f"{redirect.target!r} is on none of our sites")


def _source_problems(
    redirect: Redirect, files: Collection[str], folders: Collection[str]
) -> Iterator[Problem]:
    path = redirect.path.strip("/")
    if path in files or path in folders:
        kind = "a file" if path in files else "a folder"
        message = f"from {shown(redirect.source)} would hide {kind} that is there"
        yield message, "delete the entry, or what is there"


def _target_problems(redirect: Redirect, path: str, files: Collection[str]) -> Iterator[Problem]:
    name = f"to {shown(redirect.target)}"
    page = f"{path}index.html" if path.endswith("/") or not path else path
    if page in files:
        return
    if f"{path}/index.html" in files:
        yield f"{name} lacks its last slash: visitors are sent on once more", "add the slash"
    else:
        yield f"{name} leads nowhere: no {shown(page)} was built", "lead it to a page that is there"

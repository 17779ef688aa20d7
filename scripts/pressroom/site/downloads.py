"""What there is to download of a project: archives with their signatures, newest first, and how anybody verifies them."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from pressroom.changelog.render.html import plain_text
from pressroom.site.content import project_of
from pressroom.site.release_files import size_words, sorted_files, verify_commands

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pressroom.changelog.history_cells import Known
    from pressroom.changelog.model import Changelog, Project, Release
    from pressroom.changelog.published import Published, PublishedFile
    from pressroom.site.catalogue import Catalogue

_ARCHIVES = frozenset({"tarball", "sdist", "wheel"})


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Download:
    """A file, and its detached signature if it has one."""

    file: PublishedFile
    signature: PublishedFile | None

    @property
    def size(self) -> str:
        """`120.6 kB`."""
        return size_words(self.file.size)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """The files of a release that are recorded: archives, and what stands beside them."""

    release: Release
    record: Published
    archives: tuple[Download, ...]
    beside: tuple[Download, ...]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Verify:
    """What to type to verify the files of a release; empty where it has no such signature."""

    sums: str
    gpg: str
    ssh: str


def offers(changelog: Changelog, catalogue: Catalogue) -> tuple[Offer, ...]:
    """The releases that may be used and whose files are recorded, newest first.

    One that is marked bad is left out: what looks for the newest archive on a page does not read warnings.
    """
    project = project_of(changelog)
    found = []
    for release in changelog.published:
        record = catalogue.published_of(project, release)
        if record is not None and release.bad is None:
            found.append(_offer(release, record))
    return tuple(found)


def _offer(release: Release, record: Published) -> Offer:
    signatures = {file.name: file for file in record.files if file.kind == "signature"}

    def one(file: PublishedFile) -> Download:
        names = (f"{file.name}{ending}" for ending in (".asc", ".sig"))
        found = [signatures.pop(name) for name in names if name in signatures]
        # What has two of them shows the first; the other stands among what is beside.
        signatures.update({other.name: other for other in found[1:]})
        return Download(file=file, signature=found[0] if found else None)

    files = [one(file) for file in sorted_files(record) if file.kind != "signature"]
    rest = [Download(file=file, signature=None) for file in signatures.values()]
    return Offer(
        release=release,
        record=record,
        archives=tuple(each for each in files if each.file.kind in _ARCHIVES),
        beside=(*(each for each in files if each.file.kind not in _ARCHIVES), *rest),
    )


def verify(offer: Offer) -> Verify:
    """The commands for a release, with its real names; a record's names are checked, so they are safe in a shell."""
    signed = [one for one in (*offer.archives, *offer.beside) if one.signature is not None]

    def lines(ending: str, shape: str) -> str:
        names = [
            one.file.name for one in signed if one.signature and one.signature.name.endswith(ending)
        ]
        return "".join(shape.replace("FILE", name) for name in names)

    sums = next((one.file.name for one in offer.beside if one.file.kind == "sums"), None)
    ssh = lines(".sig", _SSH)
    return Verify(
        sums=f"sha256sum --check --ignore-missing {sums}\n"
        if sums
        else verify_commands(offer.record).sums,
        gpg=lines(".asc", "gpg --verify FILE.asc FILE\n"),
        ssh=ssh,
    )


# It has to be told whom to expect, so it is asked whose key it is first.
_SSH = (
    "signer=$(ssh-keygen -Y find-principals -f allowed_signers -s FILE.sig) && "
    'ssh-keygen -Y verify -f allowed_signers -I "$signer" -n file -s FILE.sig < FILE\n'
)


def earlier(changelog: Changelog, catalogue: Catalogue) -> Iterator[tuple[Release, str]]:
    """The releases whose files are not offered, newest first, each with what is known of it in words."""
    project = project_of(changelog)
    for release in changelog.published:
        if release.bad is not None:
            yield release, f"do not use it: {plain_text(release.bad.reason)}"
        elif catalogue.published_of(project, release) is None:
            yield release, _words(project, catalogue.history.get((project.id, release.version)))


def _words(project: Project, known: Known | None) -> str:
    if known is None:
        return ""
    counts = [
        f"{count} {what}{'s' * (count != 1)}"
        for count, what in (
            (known.sdists, "source archive"),
            (known.wheels, "wheel"),
            (known.others, "other file"),
        )
        if count
    ]
    words = []
    if counts:
        words.append(f"{', '.join(counts)} on {'PyPI' if project.pypi else 'the index'}")
    if known.tags:
        words.append(f"tag {known.tags[0].name}{', signed' if known.tags[0].signed else ''}")
    return "; ".join(words)


def has_downloads(changelog: Changelog, catalogue: Catalogue) -> bool:
    """Whether the project has a page of its files: it promises some, or some are known."""
    project = project_of(changelog)
    return bool(project.artefacts or project.pypi) or bool(offers(changelog, catalogue))


def places(project: Project) -> tuple[str, ...]:
    """The addresses at which the project says that its files are."""
    wheres = (one.where for one in project.artefacts)
    return tuple(dict.fromkeys(where for where in wheres if where.startswith("https://")))

"""The source archives of a release downloaded and held against the tree of its tag; detached signatures and sums."""

from __future__ import annotations

import dataclasses
import functools
from typing import TYPE_CHECKING

from pressroom.changelog.published import PublishedFile
from pressroom.errors import ExitCode, PressroomError
from pressroom.release.audit.archive import ENDINGS, Limits, read_sdist
from pressroom.release.audit.compare import compare
from pressroom.release.audit.git_tree import load_tree
from pressroom.release.audit.identity import check_identity
from pressroom.release.audit.model import Verdict, visible
from pressroom.release.files.fetch import fetch_served
from pressroom.release.files.sums import parse_sums
from pressroom.release.index.listing import is_safe
from pressroom.release.index.simple import fetch_file
from pressroom.release.tarball.judging import audit_tarball
from pressroom.release.verifying.index_checks import INDEX_KINDS, names
from pressroom.release.verifying.model import (
    Check,
    missing,
    not_asked,
    ok,
    unanswered,
    worst,
    wrong,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pressroom.changelog.model import Project
    from pressroom.changelog.published import Published
    from pressroom.release.index.listing import IndexFile
    from pressroom.release.index.patience import Patience
    from pressroom.release.index.simple import Index
    from pressroom.release.verifying.keyring import Keyring
    from pressroom.release.verifying.tags import Tag
    from pressroom.world.git import Git

# A signature, or a list of sums, is no larger.
_SMALL = 1 << 20


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Downloads:
    """Where files are fetched from; each is fetched once."""

    index: Index
    patience: Patience
    limit: int = Limits().packed

    def source(self, file: IndexFile) -> bytes:
        """The bytes of a file of the index."""
        return fetch_file(self.index, file, limit=self.limit, patience=self.patience)

    def recorded(self, file: PublishedFile) -> bytes:
        """The bytes of a file that is served elsewhere. Raises PressroomError, also for one that is too large."""
        if not is_safe(file.url) or file.size > self.limit:
            raise PressroomError(
                f"{file.name} is not fetched: no https address, or more than {self.limit} bytes",
                where=file.url[:200],
                hint="mend the record of the release",
            )
        return fetch_served(
            file.url,
            sha256=file.sha256,
            size=file.size,
            patience=self.patience,
            ca=self.index.ca,
        )


def served(record: Published | None) -> list[PublishedFile]:
    """The recorded files that no index has."""
    if record is None:
        return []
    return [one for one in record.files if record.index is None or one.kind not in INDEX_KINDS]


def check_sources(  # noqa: PLR0913 - what a comparison takes
    shown: Sequence[IndexFile],
    others: Sequence[PublishedFile],
    tag: Tag | None,
    *,
    project: Project,
    git: Git,
    downloads: Downloads,
) -> Check:
    """Whether each source archive is what git tracks in the tagged commit, by the rules of a release's audit."""
    makers: list[tuple[str, Callable[[], bytes], bool]] = [
        (one.filename, functools.partial(downloads.source, one), True)
        for one in shown
        if one.filename.endswith(ENDINGS)
    ]
    makers += [
        (one.name, functools.partial(downloads.recorded, one), one.kind == "sdist")
        for one in others
        if one.kind in {"sdist", "tarball"}
    ]
    if not makers:
        return not_asked("no source archive is known")
    if tag is None or tag.commit is None:
        return not_asked("there is no commit to compare with")
    commit = tag.commit
    tree = functools.cache(lambda: load_tree(git, commit))

    def check(name: str, make: Callable[[], bytes], *, is_sdist: bool) -> Check:
        allow = project.packaging.allow
        if not is_sdist:
            return _judged(
                name, audit_tarball(name, make(), tree(), kind=project.kind, allow=allow)
            )
        archive = read_sdist(name, make())
        verdict = compare(archive, tree(), allow=allow)
        identity = check_identity(archive, tag=tag.name)
        return _judged(name, Verdict.of([*verdict.blocking, *verdict.listed, *identity]))

    checks = [functools.partial(check, name, make, is_sdist=sdist) for name, make, sdist in makers]
    return worst([fetched(one) for one in checks])


def _judged(name: str, verdict: Verdict) -> Check:
    if verdict.accepted:
        count = len(verdict.listed)
        return ok(f"{name}: the tag's files" + (f", {count} remarks" if count else ""))
    said = [f"{visible(one.file)}: {visible(one.reason)}" for one in verdict.blocking]
    hint = "pressroom release audit FILE --tree DIR --tag TAG says all of it"
    return wrong(f"{name}: {names(said)}", hint)


def check_signatures(
    others: Sequence[PublishedFile], tag: Tag | None, *, keyring: Keyring, downloads: Downloads
) -> Check:
    """Whether each detached signature is of its file and by an allowed signer, and each list of sums says the truth."""
    by_name = {file.name: file for file in others}
    get = functools.cache(lambda name: downloads.recorded(by_name[name]))

    def signature(file: PublishedFile) -> Check:
        signed = file.name.rpartition(".")[0]
        if signed not in by_name:
            return wrong(f"{file.name} is of no recorded file", "mend the record of the release")
        found = keyring.judge_file(get(signed), get(file.name), at=tag.time if tag else None)
        return dataclasses.replace(found, note=f"{file.name}: {found.note}")

    def sums(file: PublishedFile) -> Check:
        stated, findings = parse_sums(get(file.name).decode("utf-8", "replace"), where=file.name)
        if findings:
            return wrong(findings[0].message, findings[0].hint)
        bad = [
            name
            for name, sha256 in stated.items()
            if name in by_name and by_name[name].sha256 != sha256
        ]
        if bad:
            return wrong(f"{file.name} states other sums: {names(bad)}", "put the right file back")
        return ok(f"{file.name}: {len(stated)} sums")

    judges = {"signature": signature, "sums": sums}
    wanted = [one for one in others if one.kind in judges]
    checks = [
        fetched(functools.partial(judges[one.kind], one))
        if one.size <= _SMALL
        else wrong(f"{one.name} is too large", "mend the record")
        for one in wanted
    ]
    return worst(checks) if checks else not_asked("no detached signature is recorded")


def fetched(make: Callable[[], Check]) -> Check:
    """The answer, or why what it is about could not be fetched, or is no longer there."""
    try:
        return make()
    except PressroomError as error:
        if error.exit_code is ExitCode.OUTSIDE and "sha256" not in error.message:
            return unanswered(error.message, error.hint)
        if "404" in error.message:
            return missing(error.message, error.hint)
        return wrong(error.message, error.hint)

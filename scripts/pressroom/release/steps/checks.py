"""Checks of the version, the changelog, and the files that state the version. They look and change nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pressroom.changelog.model import walk_entries
from pressroom.findings import Finding, Severity, errors_of
from pressroom.release.job import version_of
from pressroom.release.recipe import Step, done, judged
from pressroom.texts import decode

if TYPE_CHECKING:
    from packaging.version import Version

    from pressroom.release.job import Job
    from pressroom.release.recipe import Answer

# A first number that grows like this is a slip of the finger: 20226.1 after 2025.4.
_JUMP = 2


def _version(job: Job) -> Answer:
    text = job.version
    version = version_of(text)

    def refuse(message: str, hint: str) -> Answer:
        return judged([Finding(where=job.where, line=job.release.line, message=message, hint=hint)])

    if version is None:
        return refuse(f"{text!r} is no version", "write it as PEP 440 has it: 1.2.3, 1.2.3rc1")
    if version.local:
        return refuse(
            f"{text} is a local version, which no index takes", "leave out what follows the +"
        )
    if text != str(version):
        return refuse(f"{text} is not how {version} is written", f"write {version}")
    tags = job.checkout.text("tag", "--list").split()
    known = {found for tag in tags if (found := _tagged(tag, job)) is not None}
    known |= {found for one in job.changelog.published if (found := version_of(one.version))}
    known.discard(version)
    newest = max(known, default=None)
    if newest is not None and version < newest:
        return refuse(f"{text} is older than {newest}, which was released", "release a greater one")
    if newest is not None and version.major > _JUMP * max(newest.major, 1) + 1:
        return refuse(
            f"{text} after {newest} looks like a slip of the finger", "look at the digits"
        )
    kind = " (a pre-release: installers take it only when asked)" if version.is_prerelease else ""
    return done(f"after {newest}{kind}" if newest else f"the first one{kind}")


def _tagged(tag: str, job: Job) -> Version | None:
    """The version that a tag of this project stands for."""
    facts = job.project.tag
    for rule in (facts.format, *(one.format for one in facts.exceptions)):
        before, _, after = rule.partition("{version}")
        if tag.startswith(before) and tag.endswith(after):
            version = version_of(tag[len(before) : len(tag) - len(after)])
            if version is not None:
                return version
    return None


def _entry(job: Job) -> Answer:
    from pressroom.changelog.check import check_changelog  # noqa: PLC0415 - loaded by who asks: a finished release asks nothing of it

    release = job.release
    today = job.world.now().date()
    found = list(errors_of(check_changelog(job.changelog, where=job.where, today=today)))

    def add(line: int, message: str, hint: str) -> None:
        found.append(Finding(where=job.where, line=line, message=message, hint=hint))

    for one in job.changelog.releases:
        if one.is_unreleased and one.blocks:
            add(
                one.line, "there are entries under Unreleased", f"move them under {release.version}"
            )
    if release.date is None:
        add(
            release.line,
            f"{release.version} has no date",
            f'write "## {release.version} - {today:%-d %B %Y}"',
        )
    if not list(walk_entries(release.blocks)):
        add(release.line, f"{release.version} has no entry", "say what changed, one bullet each")
    if release.bad is not None:
        add(release.line, f"{release.version} is marked as bad", "release another version")
    published = job.changelog.published
    if published and published[0].version != release.version:
        add(
            published[0].line,
            f"{published[0].version} stands above {release.version}",
            "newest first",
        )
    return judged(sorted(set(found)), release.date.words if release.date else "")


def _carriers(job: Job) -> Answer:
    from pressroom.release.carriers import check_carriers as stated  # noqa: PLC0415 - loaded by who asks: a finished release asks nothing of it

    facts = job.project.version_files
    head = "HEAD"
    files = {one.file: job.checkout.file(head, one.file) for one in facts}
    found = stated(files, facts, version=job.version)
    if not facts:
        message = "the front matter names no file that states the version"
        hint = "write version_files: with a file and the line that has {version}"
        found = [Finding(where=job.where, message=message, hint=hint)]
    return _with_warnings(found, f"{len(facts)} places")


def _drift(job: Job) -> Answer:
    from pressroom.changelog.drift import compare  # noqa: PLC0415 - loaded by who asks: a finished release asks nothing of it
    from pressroom.changelog.styles import STYLES, style  # noqa: PLC0415 - as above

    facts = job.project.changelog
    if facts is None:
        return done("the project keeps no changelog of its own")
    here = style(facts.style)
    if here is None:
        hint = f"styles that a release can write: {', '.join(STYLES)}"
        return judged(
            [
                Finding(
                    where=job.where,
                    message=f"changelog style {facts.style!r} is unknown",
                    hint=hint,
                )
            ]
        )
    data = job.checkout.file("HEAD", facts.file)
    if data is None:
        message = f"{facts.file} is not in the last commit"
        return judged([Finding(where=job.where, message=message, hint="mend `changelog: file:`")])
    text, found = decode(data, where=facts.file)
    releases, more = here.read(text, where=facts.file)
    del more  # what history spells oddly is the changelogs' business, not this release's
    found += compare(job.changelog, releases, where=facts.file, ours_where=job.where)
    return _with_warnings(found, f"{facts.file} says what {job.where} says")


def _with_warnings(found: list[Finding], note: str) -> Answer:
    """A conflict for errors; warnings are said with what is fine."""
    warnings = [one for one in found if one.severity is Severity.WARNING]
    said = "; ".join([note, *(f"{one.place}: {one.message}" for one in warnings)])
    return judged(errors_of(found), said)


check_version = Step(
    name="check-version",
    sentence="{version} is a version, and greater than all before",
    probe=_version,
    before_plan=True,
)
check_entry = Step(
    name="check-entry",
    sentence="The changelog says what {version} changed, and when",
    probe=_entry,
    before_plan=True,
)
check_carriers = Step(
    name="check-carriers",
    sentence="Every file that states the version is found",
    probe=_carriers,
    before_plan=True,
)
check_drift = Step(
    name="check-drift",
    sentence="The project's own changelog says what ours says",
    probe=_drift,
    before_plan=True,
)

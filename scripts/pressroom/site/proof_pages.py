"""The page "proof" of each project: what was found when all its releases were verified."""

from __future__ import annotations

import collections
import functools
from typing import TYPE_CHECKING

from pressroom.changelog.proven import QUESTIONS, State
from pressroom.dates import PartialDate
from pressroom.site import urls
from pressroom.site.content import project_of
from pressroom.site.pages import DataPage
from pressroom.site.views import render

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markupsafe import Markup

    from pressroom.changelog.model import Changelog
    from pressroom.changelog.proven import Proof
    from pressroom.site.catalogue import Catalogue
    from pressroom.site.pages import Link

# What each question is, for who reads the table.
ASKED = {
    "tag": "there is an annotated tag of that name, and it is of a commit",
    "signature": "the tag is signed by a key that was allowed to sign when it was made",
    "record": "tag and commit are those that were recorded when the release was made",
    "index": "the package index shows the recorded files, with their hashes, and has none of them yanked",
    "dates": "no file came before its tag, and the source archive came with the others",
    "source": "the source archive holds the files of the tag",
    "signatures": "detached signatures are by allowed keys, and lists of sums say the truth",
    "page": "page and feed here state the release once, with its date",
}


def proof_pages(catalogue: Catalogue) -> Iterator[DataPage]:
    """A page for each project with a record; none for others."""
    for changelog in catalogue.changelogs:
        project = project_of(changelog)
        proof = catalogue.proofs.get(project.id)
        if proof is not None:
            yield DataPage(
                url=urls.proof(project),
                title=f"{project.name} proof",
                description=f"What was found when {len(proof.releases)} releases of {project.name} were verified.",
                body=functools.partial(_body, changelog, proof, catalogue),
                lastmod=PartialDate.from_iso(proof.date),
                active=f"{urls.PROJECTS}index.html",
                keywords=f"{project.title}: tags, signatures, hashes, verified",
            )


def _body(changelog: Changelog, proof: Proof, catalogue: Catalogue, link: Link) -> Markup:
    questions = {
        name: title
        for name, title in QUESTIONS.items()
        if any(_state(one.checks.get(name)) != State.NOT_ASKED for one in proof.releases)
    }
    bad = [one for one in proof.releases if any(cell.state.is_bad for cell in one.checks.values())]
    noted = [
        (release, questions[name], one.checks[name])
        for one in proof.releases
        if (release := changelog.release(one.version))
        for name in questions
        if name in one.checks and one.checks[name].state.is_bad
    ]
    counts = collections.Counter(
        name for one in proof.releases for name in questions if _is_ok(one.checks.get(name))
    )
    return render(
        "proof.html",
        link=link,
        urls=urls,
        project=project_of(changelog),
        proof=proof,
        day=PartialDate.from_iso(proof.date),
        questions=questions,
        asked=ASKED,
        bad=len(bad),
        noted=noted,
        counts=counts,
        release_of=changelog.release,
        release_url=catalogue.release_url,
    )


def _state(cell: object) -> object:
    return getattr(cell, "state", State.NOT_ASKED)


def _is_ok(cell: object) -> bool:
    return _state(cell) is State.OK

"""A job from what a person asked for: the project found, its release found, the world as it is or a rehearsal's."""

from __future__ import annotations

import contextlib
import dataclasses
import importlib
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from pressroom.config import RELEASES, load_config
from pressroom.errors import FindingsError, PressroomError
from pressroom.findings import Finding
from pressroom.release.files.place import place_of
from pressroom.release.index.credential import parse_source
from pressroom.release.index.simple import Index
from pressroom.release.job import Job, World
from pressroom.release.journal import Journal
from pressroom.release.origin import load_origin
from pressroom.release.outbox.posts import FolderPost, ServerPost
from pressroom.release.places import (
    FILE,
    cache_home,
    config_home,
    find_checkout,
    load_user_settings,
    state_home,
)
from pressroom.release.plan import load_plan
from pressroom.release.rehearsal import Rehearsal, rehearsal
from pressroom.release.state import StateFolder
from pressroom.release.steps.checkout import check_tree, remote_refs
from pressroom.release.steps.objects import release_commit, release_tag
from pressroom.release.steps.upload_dist import on_index
from pressroom.world.disk import explained
from pressroom.world.git import Git
from pressroom.world.locks import work_lock

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterator, Mapping

    from pressroom.release.index.credential import Source
    from pressroom.release.index.patience import Patience


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What was asked for, and the surroundings of the door that was asked."""

    project: str
    version: str
    root: Path  # the checkout that publishes
    environment: Mapping[str, str]
    now: Callable[[], dt.datetime]
    patience: Patience
    python: Path
    checkout: Path | None = None
    token: str | None = None


@contextlib.contextmanager
def real_job(request: Request, *, is_dry: bool) -> Iterator[Job]:
    """The release in the real world."""
    _load_ahead()
    config = load_config(request.root)
    project = load_origin(config.root, request.project, request.version).project
    environment = request.environment
    settings = load_user_settings(config_home(environment) / FILE)
    folder = find_checkout(
        project.id,
        project.name,
        given=request.checkout,
        settings=settings,
        root=config.root,
    )
    index = settings.index
    world = World(
        index=Index(
            simple_url=index.simple,
            upload_url=index.upload,
            ca=Path(index.ca).expanduser() if index.ca else None,
        ),
        credential=_source(request.token or index.token),
        python=request.python,
        path=environment.get("PATH", ""),
        cache=cache_home(environment),
        environment=environment,
        now=request.now,
        patience=request.patience,
        files=place_of(project.id, settings.files),
        post=ServerPost(settings.mail),
        mail=settings.mail,
    )
    state = StateFolder(
        base=state_home(environment), project=request.project, version=request.version
    )
    with _locked(state, is_dry=is_dry) as keeps:
        yield _job(request, config.root, folder, state, world, keeps=keeps)


@contextlib.contextmanager
def rehearsed_job(request: Request, folder: Path) -> Iterator[tuple[Job, Rehearsal]]:
    """The same release in a world of its own in `folder`. Raises for what a copy would hide."""
    _load_ahead()
    config = load_config(request.root)
    project = load_origin(config.root, request.project, request.version).project
    environment = request.environment
    settings = load_user_settings(config_home(environment) / FILE)
    place = find_checkout(
        project.id, project.name, given=request.checkout, settings=settings, root=config.root
    )
    checkout = Git(folder=place, environment=environment)
    site = Git(folder=config.root, environment=environment)
    found = check_tree(checkout, project.branch) + check_releases_committed(site)
    if found:
        raise FindingsError(found)
    name = f"{project.id}-{request.version}"
    with rehearsal(folder, name=name, checkout=checkout, site=site, now=request.now) as stage:
        world = World(
            index=stage.index,
            credential=stage.credential,
            python=request.python,
            path=environment.get("PATH", ""),
            cache=cache_home(environment),
            environment=environment,
            now=request.now,
            patience=request.patience,
            has_builders=False,
            files=stage.files,
            post=FolderPost(folder=stage.folder / "mail"),
            mail=settings.mail,
        )
        state = StateFolder(base=stage.state, project=project.id, version=request.version)
        with _locked(state, is_dry=False) as keeps:
            yield _job(request, stage.site, stage.checkout, state, world, keeps=keeps), stage


def check_releases_committed(site: Git) -> list[Finding]:
    """Changes in `releases/` that are in no commit: nothing made from a commit would have them."""
    status = site.run("status", "--porcelain=v1", "--", RELEASES)
    if status.code != 0:
        message, hint = "it is no git repository", "git init; the announcement is a commit here"
        return [Finding(where=str(site.folder), message=message, hint=hint)]
    changed = status.text.splitlines()
    message, hint = "differs from the last commit", "commit it: the announcement stands on it"
    return [Finding(where=line[3:], message=message, hint=hint) for line in changed]


def _source(text: str) -> Source:
    """Where the token is; `~` is the user's home here, as in the rest of the configuration."""
    kind, _, path = text.partition(":")
    if kind == "file" and path.startswith("~/"):
        return parse_source(f"file:{Path(path).expanduser()}")
    return parse_source(text)


def _load_ahead() -> None:
    """Load what the index is asked with while git is asked: that waits for others most of its time."""
    module = "pressroom.world.web"
    threading.Thread(target=importlib.import_module, args=(module,), daemon=True).start()


@contextlib.contextmanager
def _locked(state: StateFolder, *, is_dry: bool) -> Iterator[tuple[int, ...]]:
    if is_dry:  # it writes nothing, so it may look at a release that is running
        yield ()
        return
    with work_lock(state.lock, what=f"a release of {state.project}") as handle:
        with explained(state.folder):
            state.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        yield (handle,)


def _job(  # noqa: PLR0913 - what a job is made of
    request: Request,
    root: Path,
    checkout: Path,
    state: StateFolder,
    world: World,
    *,
    keeps: tuple[int, ...],
) -> Job:
    origin = load_origin(root, request.project, request.version)
    git = Git(folder=checkout, environment=world.environment, keeps=keeps)
    job = Job(
        origin=origin,
        checkout=git,
        site=Git(folder=root, environment=world.environment, keeps=keeps),
        remote=git.setting(f"branch.{origin.project.branch}.remote") or "origin",
        state=state,
        journal=Journal(state.journal, now=world.now),
        world=world,
        plan=load_plan(state.plan),
    )
    _check_abandoned(job)
    if job.plan is None:
        _ = job.release  # what is wrong with it is said first
    return job


def _check_abandoned(job: Job) -> None:
    if any(record.event == "abandoned" for record in job.journal.records):
        raise PressroomError(
            f"{job.version} was abandoned",
            where=str(job.state.journal),
            hint="release the next version",
        )


def is_public(job: Job) -> bool:
    """Whether the remote has the tag of this release, or the index a file of it."""
    tag = release_tag(job)
    reference = f"refs/tags/{job.tag}"
    if tag is not None and remote_refs(job.checkout, job.remote, reference).get(reference) == tag:
        return True
    return job.project.pypi is not None and any(
        file.version == job.version for file in on_index(job).values()
    )


def drop_outdated(job: Job, *, is_dry: bool) -> bool:
    """Whether the plan was made from something else than what is there now, and was dropped for it.

    A plan of which something is public holds, whatever changed since.
    """
    if job.plan is None:
        return False
    head = job.checkout.commit_of("HEAD") or ""
    base = job.plan.base if head == release_commit(job) else head
    if job.plan.inputs == job.inputs(base) or is_public(job):
        return False
    job.plan = None
    job.seen.clear()
    if not is_dry:
        job.journal.write("plan dropped")
        job.state.forget()
    return True

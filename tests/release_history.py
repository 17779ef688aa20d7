"""A project with a history of made-up releases: real git objects, signed tags, records, files on an index."""

from __future__ import annotations

import dataclasses
import datetime as dt
import gzip
import hashlib
import io
import os
import subprocess
import tarfile
from typing import TYPE_CHECKING

from release_world import PRESS, write

from pressroom.changelog.published import (
    Published,
    PublishedFile,
    published_path,
    render_published,
)
from pressroom.dates import PartialDate
from pressroom.release.warehouse.ledger import Event, Kind, Ledger
from pressroom.release.warehouse.model import IndexFile
from pressroom.release.warehouse.store import LEDGER

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

FRONT = """\
---
name: Widget
title: Widget
kind: python
description: A widget that was released often.
branch: main
pypi: widget
announcements: []
---

"""
FIRST_DAY = dt.datetime(2024, 1, 1, 12, tzinfo=dt.UTC)
NOBODY = "0" * 40


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """Where a history is: the press, the checkout, the state of the index, keys."""

    root: Path
    versions: tuple[str, ...]  # oldest first

    @property
    def press(self) -> Path:
        """The checkout that publishes."""
        return self.root / "press"

    @property
    def checkout(self) -> Path:
        """The project's own."""
        return self.root / "widget"

    @property
    def index(self) -> Path:
        """The folder of the stand-in index."""
        return self.root / "index"

    @property
    def environment(self) -> dict[str, str]:
        """What commands get."""
        home = self.root / "home"
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "LC_ALL": "C.UTF-8",
            "GIT_CONFIG_NOSYSTEM": "1",
            "XDG_CONFIG_HOME": str(home / "config"),
            "XDG_STATE_HOME": str(home / "state"),
        }

    def git(self, *arguments: str, stdin: bytes = b"") -> str:
        """What git prints in the checkout."""
        done = subprocess.run(
            ["git", *arguments],
            cwd=self.checkout,
            env=self.environment,
            input=stdin,
            capture_output=True,
            check=True,
        )
        return done.stdout.decode().strip()


def tagged(number: int) -> dt.datetime:
    """When the release of that number was tagged; its files come half an hour later."""
    return FIRST_DAY + dt.timedelta(days=number)


def files_of(version: str) -> dict[str, str]:
    """What git tracks in a release."""
    return {
        "LICENSE": "Do what you like.\n",
        "README.md": "# Widget\n",
        "widget.py": f'VERSION = "{version}"\n',
    }


def sdist(version: str, files: Mapping[str, str]) -> bytes:
    """A source archive with these files."""
    raw = io.BytesIO()
    info = f"Metadata-Version: 2.1\nName: widget\nVersion: {version}\n"
    with tarfile.open(fileobj=raw, mode="w") as archive:
        for name, text in {**files, "PKG-INFO": info}.items():
            member = tarfile.TarInfo(f"widget-{version}/{name}")
            member.size = len(text.encode())
            archive.addfile(member, io.BytesIO(text.encode()))
    return gzip.compress(raw.getvalue(), mtime=0)


def make_past(root: Path, count: int, *, defects: Mapping[str, str] = {}) -> Past:
    """A history of `count` releases; `defects` by version."""
    past = Past(root=root, versions=tuple(f"1.{number}" for number in range(count)))
    past.checkout.mkdir(parents=True)
    (root / "home").mkdir()
    for name in ("ours", "theirs"):
        make_key(root / name)
    past.git("init", "-q", "-b", "main")
    commits = make_commits(past)
    objects = make_tags(past, commits, defects)
    changelog = [
        f"## {version} - {PartialDate.from_date(tagged(number).date()).words}, A. Maintainer\n\n- turns\n"
        for number, version in reversed(list(enumerate(past.versions)))
    ]
    write(past.press, {**PRESS, "releases/widget.md": FRONT + "\n".join(changelog)})
    public = (root / "ours.pub").read_text()
    write(past.press, {"releases/allowed_signers": f"# who signs\nann@press.example {public}"})
    make_index(past, defects, commits=commits, objects=objects)
    return past


def make_key(path: Path) -> None:
    """A key of ssh."""
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(path)], check=True)


def make_commits(past: Past) -> list[str]:
    """One commit a release."""
    stream = []
    for number, version in enumerate(past.versions):
        when = int(tagged(number).timestamp()) - 60
        stream += [
            f"commit refs/heads/main\nmark :{number + 1}\ncommitter Ann <ann@press.example> {when} +0000\n",
            f"data {len(version)}\n{version}\n",
        ]
        for name, text in files_of(version).items():
            stream.append(f"M 100644 inline {name}\ndata {len(text)}\n{text}\n")
    past.git("fast-import", "--quiet", "--export-marks=marks", stdin="".join(stream).encode())
    marks = (past.checkout / "marks").read_text().split("\n")[:-1]
    by_number = {int(mark.split()[0][1:]): mark.split()[1] for mark in marks}
    return [by_number[number] for number in sorted(by_number)]


def payload(version: str, commit: str, when: dt.datetime) -> str:
    """The content of a tag without a signature."""
    moment = int(when.timestamp())
    return f"object {commit}\ntype commit\ntag {version}\ntagger Ann <ann@press.example> {moment} +0000\n\nrelease {version}\n"


def sign(texts: Sequence[str], key: Path, folder: Path) -> list[str]:
    """The texts with their signatures behind them; one program for all."""
    folder.mkdir()
    paths = [folder / str(number) for number in range(len(texts))]
    for path, text in zip(paths, texts, strict=True):
        path.write_text(text)
    subprocess.run(
        ["ssh-keygen", "-Y", "sign", "-n", "git", "-f", str(key), *map(str, paths)],
        check=True,
        capture_output=True,
    )
    return [path.read_text() + (path.with_name(f"{path.name}.sig")).read_text() for path in paths]


def make_tags(past: Past, commits: Sequence[str], defects: Mapping[str, str]) -> list[str]:
    """The object that each release was tagged with, by number; references lead where defects have them."""
    plain = [
        payload(version, commits[number], tagged(number))
        for number, version in enumerate(past.versions)
    ]
    strange = [n for n, version in enumerate(past.versions) if defects.get(version)]
    # The same files, but another commit.
    who = ("-c", "user.name=Ann", "-c", "user.email=ann@press.example")
    moved = {
        n: past.git(*who, "commit-tree", f"{commits[n]}^{{tree}}", "-m", "once more")
        for n in strange
        if defects[past.versions[n]] == "moved"
    }
    other = [payload(past.versions[n], moved.get(n, commits[n]), tagged(n)) for n in strange] or [
        "x"
    ]
    ours = sign(plain, past.root / "ours", past.root / "signed")
    again = sign(other, past.root / "ours", past.root / "again")
    theirs = sign([plain[n] for n in strange] or ["x"], past.root / "theirs", past.root / "strange")
    made = list(ours)
    for place, number in enumerate(strange):
        defect = defects[past.versions[number]]
        if defect == "unsigned":
            made[number] = plain[number]
        elif defect == "unknown key":
            made[number] = theirs[place]
    objects = hashed(past, made)
    others = hashed(past, again) if strange else []
    refs = []
    for number, version in enumerate(past.versions):
        defect, target = defects.get(version, ""), objects[number]
        if defect == "moved":
            target = others[strange.index(number)]
        elif defect == "renamed":
            target = objects[number - 1]
        elif defect == "lightweight":
            target = commits[number]
        if defect != "no tag":
            refs.append(f"create refs/tags/{version} {target}\n")
    past.git("update-ref", "--stdin", stdin="".join(refs).encode())
    return objects


def hashed(past: Past, texts: Sequence[str]) -> list[str]:
    """The objects that are these tags; one program for all."""
    folder = past.root / "objects"
    folder.mkdir(exist_ok=True)
    paths = [folder / hashlib.sha256(text.encode()).hexdigest() for text in texts]
    for path, text in zip(paths, texts, strict=True):
        path.write_text(text)
    listed = "".join(f"{path}\n" for path in paths).encode()
    return past.git(
        "hash-object", "-t", "tag", "-w", "--literally", "--stdin-paths", stdin=listed
    ).split()


def make_index(
    past: Past, defects: Mapping[str, str], *, commits: Sequence[str], objects: Sequence[str]
) -> None:
    """Records in the press, and the files that the index has."""
    (past.index / "objects").mkdir(parents=True)
    ledger = Ledger(past.index / LEDGER)
    for number, version in enumerate(past.versions):
        defect, when = defects.get(version, ""), tagged(number) + dt.timedelta(minutes=30)
        names = {
            f"widget-{version}-py3-none-any.whl": f"wheel {version}".encode(),
            f"widget-{version}.tar.gz": sdist(version, files_of(version)),
        }
        recorded = tuple(public_file(name, data) for name, data in names.items())
        if defect == "changed":
            names[f"widget-{version}-py3-none-any.whl"] = b"something else"
        elif defect == "extra":
            names[f"widget-{version}-cp311-cp311-win32.whl"] = b"a present"
        elif defect == "other source":
            names[f"widget-{version}.tar.gz"] = sdist(
                version, {**files_of(version), "widget.py": "import os\n", "extra.py": "\n"}
            )
            recorded = tuple(public_file(name, data) for name, data in names.items())
        for name, data in names.items():
            late = dt.timedelta(days=1 if defect == "late" and name.endswith(".gz") else 0)
            early = dt.timedelta(hours=3 if defect == "early" else 0)
            file = index_file(version, name, data, when + late - early)
            (past.index / "objects" / file.sha256).write_bytes(data)
            ledger.write(Event(kind=Kind.UPLOAD, name=name, file=file))
            if defect == "vanished" and name.endswith(".whl"):
                ledger.write(Event(kind=Kind.DELETE, name=name))
            if defect == "yanked" and name.endswith(".whl"):
                ledger.write(Event(kind=Kind.YANK, name=name, value="it is no good"))
        record = Published(
            id=f"widget-{version}",
            project="widget",
            version=version,
            tag=version,
            tag_object=objects[number],
            commit=commits[number],
            date=tagged(number).date().isoformat(),
            files=recorded,
            index="https://pypi.org/simple/widget/",
        )
        if defect != "no record":
            write(past.press, {published_path("widget", version): render_published(record)})


def add_version(past: Past, version: str) -> None:
    """A version that somebody else put on the index."""
    data, name = b"not ours", f"widget-{version}-py3-none-any.whl"
    file = index_file(version, name, data, FIRST_DAY)
    (past.index / "objects" / file.sha256).write_bytes(data)
    Ledger(past.index / LEDGER).write(Event(kind=Kind.UPLOAD, name=name, file=file))


def public_file(name: str, data: bytes, *, kind: str = "", url: str = "") -> PublishedFile:
    """A file of a record."""
    return PublishedFile(
        name=name,
        kind=kind or ("wheel" if name.endswith(".whl") else "sdist"),
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        url=url or f"https://files.example/packages/{name}",
    )


def index_file(version: str, name: str, data: bytes, when: dt.datetime) -> IndexFile:
    """A file as the index keeps it."""
    return IndexFile(
        project="widget",
        version=version,
        filename=name,
        filetype="bdist_wheel" if name.endswith(".whl") else "sdist",
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        blake2_256=hashlib.blake2b(data, digest_size=32).hexdigest(),
        uploaded=when,
    )

"""Folders and archives for hosts that take nothing else: whole, in one step, and never in place of something else."""

from __future__ import annotations

import dataclasses
import os
import tarfile
from typing import TYPE_CHECKING, Any

import pytest

from pressroom.deploy.bundle.earlier import MARKER
from pressroom.deploy.bundle.write import Bundled, bundle_folder, write_bundle
from pressroom.deploy.manifest import Manifest, make_manifest
from pressroom.deploy.target import Bundle
from pressroom.errors import ConfigError, FindingsError, PressroomError
from pressroom.headers.policy import Policy
from pressroom.headers.servers.hosts import HOSTS
from pressroom.headers.servers.static_hosts import render_headers_file
from pressroom.world import disk

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HUB = {
    "index.html": "<p>hub</p>",
    "index.html.gz": "compressed",
    "widget-1.0.tar.gz": "a file of its own",
    "404.html": "<p>nothing</p>",
    "assets/site.11111111.css": "a{}",
    ".well-known/security.txt": "Contact: mailto:someone@widget.example",
}
DOCS = {"index.html": "<p>docs</p>", "assets/app.22222222.js": "1"}
SERVERS = {
    "nginx/pressroom.conf": "events {}",
    "netlify/_headers": "/*\n  X-Of: netlify\n",
    "netlify/hub/_redirects": "/old /new 301\n",
    "netlify/docs/_redirects": "# none\n",
    "cloudflare/_headers": "/*\n  X-Of: cloudflare\n",
    "cloudflare/hub/_redirects": "/old /new 301\n",
    "cloudflare/docs/_redirects": "# none\n",
}


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A checkout with built sites."""

    root: Path

    def write(self, path: str, text: str) -> None:
        """The text is in the file."""
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def manifest(self) -> Manifest:
        """What is built."""
        sites = {one.name: disk.Tree(one) for one in sorted((self.root / "public").iterdir())}
        return make_manifest({**sites, "deploy": disk.Tree(self.root / "deploy")})

    def bundle(
        self, kind: Any = "netlify", *, manifest: Manifest | None = None, **more: Any
    ) -> Bundled:
        """A bundle of what is built, or of that manifest."""
        target = Bundle(**{"bundle": kind, "folder": "dist/pages", **more})
        return write_bundle(
            target,
            manifest or self.manifest(),
            public=self.root / "public",
            deploy=self.root / "deploy",
            root=self.root,
        )


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Two sites, built."""
    made = Project(root=tmp_path / "checkout")
    for folder, files in {"public/hub": HUB, "public/docs": DOCS, "deploy": SERVERS}.items():
        for name, text in files.items():
            made.write(f"{folder}/{name}", text)
    return made


def texts(folder: Path) -> dict[str, str]:
    """Everything below a folder."""
    return {path: data.decode() for path, data in disk.Tree(folder).items()}


def assert_untouched(folder: Path, before: dict[str, str]) -> None:
    """The folder is as it was, and nothing else is left beside it but the lock."""
    assert before == texts(folder)
    assert {folder.name, f".{folder.name}.lock"} >= {one.name for one in folder.parent.iterdir()}


# what is in it


def test_a_site_has_its_files_and_what_its_host_reads(project: Project) -> None:
    """No compressed copy of a file, but one that stands for itself; headers, redirects, and the version."""
    for host in ("netlify", "cloudflare"):
        bundled = project.bundle(host)
        wanted = {name: text for name, text in HUB.items() if name != "index.html.gz"} | {
            "_headers": f"/*\n  X-Of: {host}\n",
            "_redirects": "/old /new 301\n",
            "version.txt": f"{project.manifest().id}\n",
        }

        assert wanted == texts(project.root / "dist/pages/hub")
        assert "# none\n" == texts(project.root / "dist/pages/docs")["_redirects"]
        assert project.manifest().id == bundled.version


def test_a_plain_bundle_is_not_read_by_jekyll(project: Project) -> None:
    """It has the file that says so, and none that no such host reads."""
    project.bundle("plain")
    wanted = {name: text for name, text in HUB.items() if name != "index.html.gz"}

    assert wanted | {".nojekyll": "", "version.txt": f"{project.manifest().id}\n"} == texts(
        project.root / "dist/pages/hub"
    )


def test_the_report_counts_what_is_there(project: Project) -> None:
    """Files, bytes and the place of each site, sorted."""
    bundled = project.bundle()

    assert ["docs", "hub"] == [site.name for site in bundled.sites]
    for site in bundled.sites:
        found = disk.Tree(site.path)
        assert (len(found), sum(map(len, found.values()))) == (site.files, site.size)
        assert 0 == site.carried
    assert bundled.size == sum(site.size for site in bundled.sites)


def test_everybody_may_read_it_whatever_the_umask(project: Project) -> None:
    """Files 0644 and folders 0755: a host's tool may run as another user."""
    before = os.umask(0o077)
    try:
        project.bundle()
    finally:
        os.umask(before)
    folder = project.root / "dist/pages"

    for path in (folder, *folder.rglob("*")):
        assert (0o755 if path.is_dir() else 0o644) == path.stat().st_mode & 0o777, path


def test_the_version_has_the_headers_of_any_file() -> None:
    """No rule of `_headers` but the one for everything holds version.txt."""
    for host in HOSTS:
        text = render_headers_file(host, Policy())
        patterns = [line for line in text.splitlines() if line.startswith("/")]

        assert "/*" == patterns[0]
        assert patterns[1:]
        for pattern in patterns[1:]:
            head, _, tail = pattern.partition("*")
            assert not ("/version.txt".startswith(head) and "/version.txt".endswith(tail)), pattern


# archives


def test_an_archive_has_assets_first_and_the_version_last(project: Project) -> None:
    """Whoever uploads in order has a style sheet before its page; every entry is a file of nobody, of no time."""
    bundled = project.bundle("plain", tar=True)
    (hub,) = [site for site in bundled.sites if site.name == "hub"]
    with tarfile.open(hub.path) as tar:
        members = tar.getmembers()

    assert project.root / "dist/pages/hub.tar" == hub.path
    assert [
        "assets/site.11111111.css",
        ".nojekyll",
        ".well-known/security.txt",
        "404.html",
        "index.html",
        "widget-1.0.tar.gz",
        "version.txt",
    ] == [member.name for member in members]
    assert {(0, 0, "", "", 0, 0o644, True)} == {
        (one.uid, one.gid, one.uname, one.gname, one.mtime, one.mode, one.isfile())
        for one in members
    }
    assert {MARKER, "docs.tar", "hub.tar"} == set(texts(project.root / "dist/pages"))


def test_the_same_files_give_the_same_archive(project: Project) -> None:
    """Whatever their times and modes are, and whatever was there before."""
    path = project.root / "dist/pages/hub.tar"
    project.bundle(tar=True)
    before = path.read_bytes()
    for file in (project.root / "public").rglob("*.*"):
        os.utime(file, (1, 1))
        file.chmod(0o700)
    project.bundle(tar=True)

    assert before == path.read_bytes()


# old assets


def change(project: Project, name: str) -> None:
    """The hub's style sheet gets this name."""
    for file in (project.root / "public/hub/assets").iterdir():
        file.unlink()
    project.write(f"public/hub/assets/site.{name}.css", name)


def assets(project: Project) -> list[str]:
    """The names of the hub's assets in the bundle."""
    path = project.root / "dist/pages/hub.tar"
    if path.exists():
        with tarfile.open(path) as tar:
            return sorted(name for name in tar.getnames() if name.startswith("assets/"))
    return sorted(f"assets/{one.name}" for one in (path.parent / "hub/assets").iterdir())


FORMS = pytest.mark.parametrize(
    "forms", [(False, False), (True, True), (False, True), (True, False)]
)


@FORMS
def test_assets_of_the_version_before_are_carried_for_one_generation(
    project: Project, forms: tuple[bool, bool]
) -> None:
    """A page in an open browser finds its style sheet; what was carried itself goes, and so do pages."""
    project.write("public/hub/gone/index.html", "old")
    project.bundle(tar=forms[0])
    (project.root / "public/hub/gone/index.html").unlink()
    change(project, "33333333")
    bundled = project.bundle(tar=forms[1])

    assert ["assets/site.11111111.css", "assets/site.33333333.css"] == assets(project)
    assert {"docs": 0, "hub": 1} == {site.name: site.carried for site in bundled.sites}
    assert bundled.version == project.manifest().id
    assert not (project.root / "dist/pages/hub/gone").exists()
    change(project, "44444444")
    project.bundle(tar=forms[0])
    assert ["assets/site.33333333.css", "assets/site.44444444.css"] == assets(project)


@FORMS
def test_the_same_version_again_still_carries(project: Project, forms: tuple[bool, bool]) -> None:
    """A bundle that was not uploaded yet and is written again loses nothing."""
    project.bundle(tar=forms[0])
    change(project, "33333333")
    for tar in forms:
        project.bundle(tar=tar)

    assert ["assets/site.11111111.css", "assets/site.33333333.css"] == assets(project)


def test_an_asset_that_somebody_changed_is_not_carried(project: Project) -> None:
    """Its name promises other bytes."""
    project.bundle()
    project.write("dist/pages/hub/assets/site.11111111.css", "b{}")
    change(project, "33333333")
    project.bundle()

    assert ["assets/site.33333333.css"] == assets(project)


def test_an_asset_has_no_place_where_a_folder_is_now(project: Project) -> None:
    """Nor below a file: the new version counts."""
    project.write("public/hub/assets/one", "1")
    project.write("public/hub/assets/two/x", "2")
    project.bundle()
    old = project.root / "public/hub/assets"
    (old / "one").unlink()
    disk.remove(old / "two")
    project.write("public/hub/assets/one/y", "1")
    project.write("public/hub/assets/two", "2")
    project.bundle()

    assert ["assets/one", "assets/site.11111111.css", "assets/two"] == assets(project)


# what is refused


def test_files_in_the_way_are_all_named(project: Project) -> None:
    """Every site and every name at once, with what to do; nothing is written."""
    project.write("public/hub/_headers", "mine")
    project.write("public/docs/_redirects/page.html", "mine")
    project.write("public/docs/.nojekyll", "read by no Netlify")
    with pytest.raises(FindingsError) as caught:
        project.bundle()

    assert [
        (
            f"public/{path}",
            f"give it another name in the sources of {path[: path.index('/')]} and build again",
        )
        for path in ("docs/_redirects/page.html", "hub/_headers")
    ] == [(one.where, one.hint) for one in caught.value.findings]
    assert not (project.root / "dist").exists()


def test_a_file_for_the_host_that_was_not_written_is_named(project: Project) -> None:
    """A bundle without its headers would be published without them."""
    (project.root / "deploy/netlify/_headers").unlink()
    (project.root / "deploy/netlify/docs/_redirects").unlink()
    with pytest.raises(FindingsError) as caught:
        project.bundle()

    assert ["deploy/netlify/_headers", "deploy/netlify/docs/_redirects"] == [
        one.where for one in caught.value.findings
    ]
    assert "make site" in caught.value.hint


def test_without_a_site_there_is_no_bundle(project: Project) -> None:
    """An empty folder is never published."""
    with pytest.raises(FindingsError) as caught:
        project.bundle(
            manifest=make_manifest({"deploy": {"nginx/pressroom.conf": b""}}), kind="plain"
        )

    assert "make site" in caught.value.hint


@pytest.mark.parametrize("tar", [False, True])
@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("public/hub/index.html", "<p>new</p>"),
        ("public/hub/404.html", None),
        ("deploy/netlify/_headers", "/*\n  X-Of: nobody_\n"),
    ],
)
def test_a_tree_that_changed_underneath_is_seen(
    project: Project, path: str, text: str | None, tar: bool
) -> None:
    """The file is named, and what was there before is there still."""
    project.bundle(tar=tar)
    before = texts(project.root / "dist/pages")
    manifest = project.manifest()
    (project.root / path).unlink()
    if text is not None:
        project.write(path, text)
    with pytest.raises(PressroomError) as caught:
        project.bundle(manifest=manifest, tar=tar)

    assert path == caught.value.where
    assert "let the build end, and start again" in caught.value.hint
    assert_untouched(project.root / "dist/pages", before)


@pytest.mark.parametrize(
    "folder",
    [
        "",
        ".",
        "..",
        "../checkout",
        "/",
        "public",
        "public/hub/x",
        "deploy/x",
        "dist/../public",
        "a\0b",
        "a\nb",
    ],
)
def test_a_bundle_has_a_place_of_its_own(project: Project, folder: str) -> None:
    """Not where the checkout or the built sites are, above or below, nor at a path that is none."""
    with pytest.raises(ConfigError) as caught:
        project.bundle(folder=folder)

    assert "dist/pages" in caught.value.hint
    assert repr(folder) in caught.value.message


def test_a_folder_around_the_checkout_is_none_for_a_bundle(
    project: Project, tmp_path: Path
) -> None:
    """The reason is the checkout, which would be replaced."""
    with pytest.raises(ConfigError) as caught:
        project.bundle(folder=str(tmp_path))

    assert caught.value.message.endswith("holds the checkout")
    assert "dist/pages" in caught.value.hint


def test_a_link_leads_to_no_built_site(project: Project) -> None:
    """Where a folder is counts, and not how it is spelt."""
    (project.root / "dist").symlink_to("public")
    with pytest.raises(ConfigError) as caught:
        project.bundle()

    assert "dist/pages" in caught.value.hint


def test_an_absolute_folder_is_taken_as_it_is(project: Project, tmp_path: Path) -> None:
    """It need not be in the checkout."""
    bundled = project.bundle(folder=str(tmp_path / "else/where"))

    assert tmp_path / "else/where" == bundled.folder
    assert (tmp_path / "else/where/hub/index.html").is_file()


def foreign_folders() -> Iterator[tuple[str, dict[str, str]]]:
    """What a folder may hold that is not ours."""
    yield "a file of somebody", {"thesis.txt": "years of work"}
    yield "an empty marker", {MARKER: ""}
    yield "a marker of another program", {MARKER: "pressroom bundle 2 0123456789abcdef\n\n\n"}


@pytest.mark.parametrize(
    "files", [files for _, files in foreign_folders()], ids=[name for name, _ in foreign_folders()]
)
def test_a_folder_that_is_not_ours_is_not_replaced(project: Project, files: dict[str, str]) -> None:
    """Nothing in it is touched."""
    for name, text in files.items():
        project.write(f"dist/pages/{name}", text)
    with pytest.raises(PressroomError) as caught:
        project.bundle()

    assert str(project.root / "dist/pages") == caught.value.where
    assert "move it away" in caught.value.hint
    assert_untouched(project.root / "dist/pages", files)


@pytest.mark.parametrize("path", ["notes.txt", "hub/.git/config", "docs/netlify.toml"])
def test_what_somebody_put_into_a_bundle_is_not_removed(project: Project, path: str) -> None:
    """The file is named, and stays."""
    project.bundle()
    project.write(f"dist/pages/{path}", "mine")
    before = texts(project.root / "dist/pages")
    with pytest.raises(PressroomError) as caught:
        project.bundle()

    assert repr(path) in caught.value.message
    assert "move it away" in caught.value.hint
    assert_untouched(project.root / "dist/pages", before)


def test_a_link_in_a_bundle_is_not_followed(project: Project, tmp_path: Path) -> None:
    """It was not put there by us."""
    project.bundle()
    (project.root / "dist/pages/hub/link").symlink_to(tmp_path)
    with pytest.raises(PressroomError) as caught:
        project.bundle()

    assert "'hub/link'" in caught.value.message
    assert "move it away" in caught.value.hint


@pytest.mark.parametrize("kind", ["file", "link"])
def test_what_is_no_folder_is_not_replaced(project: Project, tmp_path: Path, kind: str) -> None:
    """A file stays, and so does a link with what it leads to."""
    place = project.root / "dist/pages"
    place.parent.mkdir()
    if kind == "file":
        place.write_text("mine")
    else:
        (tmp_path / "mine").mkdir()
        place.symlink_to(tmp_path / "mine")
    with pytest.raises(PressroomError) as caught:
        project.bundle()

    assert "move it away" in caught.value.hint
    assert place.is_symlink() == (kind == "link")
    assert (tmp_path / "mine").is_dir() == (kind == "link")


def test_an_empty_folder_is_taken(project: Project) -> None:
    """Who makes it first has not lost anything."""
    (project.root / "dist/pages").mkdir(parents=True)
    project.bundle()

    assert (project.root / "dist/pages/hub/index.html").is_file()


# all of it or nothing


def test_a_full_disk_leaves_the_bundle_that_was_there(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing half-written is left, and the message says what to do."""
    project.bundle()
    before = texts(project.root / "dist/pages")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device", "somewhere")

    monkeypatch.setattr("pathlib.Path.write_bytes", full)
    with pytest.raises(PressroomError) as caught:
        project.bundle("cloudflare")

    assert "free some space" in caught.value.hint
    assert_untouched(project.root / "dist/pages", before)


def test_a_bundle_appears_in_one_step(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """Until the exchange the old one is whole; what the exchange gets is whole too."""
    project.bundle("netlify")
    seen = []

    def look(new: Path, live: Path) -> None:
        seen.append((texts(new), texts(live)))

    monkeypatch.setattr(disk, "exchange", look)
    before = texts(project.root / "dist/pages")
    project.bundle("cloudflare")

    ((new, live),) = seen
    assert before == live == texts(project.root / "dist/pages")
    assert set(new) == set(live)
    assert "/*\n  X-Of: cloudflare\n" == new["hub/_headers"]


def test_what_a_killed_run_left_is_removed(project: Project) -> None:
    """The folder of a run that died is nobody's."""
    left = project.root / "dist/.staging-pages-0123456789abcdef"
    left.mkdir(parents=True)
    project.bundle()

    assert not left.exists()


def test_two_runs_do_not_meet(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second one waits for the lock, and says which."""
    lock = disk.build_lock
    monkeypatch.setattr(disk, "build_lock", lambda *place: lock(*place, wait=0.01))
    with lock(project.root / "dist", "pages"), pytest.raises(PressroomError) as caught:
        project.bundle()

    assert "wait for it to end" in caught.value.hint


def test_the_place_of_a_bundle_is_known_before_it_is_written(project: Project) -> None:
    """Asking for it makes nothing."""
    folder = bundle_folder(
        Bundle(bundle="plain", folder="dist/pages"),
        public=project.root / "public",
        deploy=project.root / "deploy",
        root=project.root,
    )

    assert project.root / "dist/pages" == folder
    assert not folder.parent.exists()

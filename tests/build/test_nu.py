"""The Nu checker reads a page of every kind, every stylesheet and every drawing: it finds nothing at all."""

from __future__ import annotations

import dataclasses
import importlib
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import pytest
from pieces import PIECES
from typed_press import typed_press

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from build_types import Checkout

JAVA = shutil.which("java")
JAR = (
    Path(__file__).parent.parent.parent
    / ".quality/validator/node_modules/vnu-jar/build/dist/vnu.jar"
)
MISSING = " and ".join(
    [what for what, there in (("java", JAVA), ("the Nu checker", JAR.is_file())) if not there]
)
pytestmark = pytest.mark.skipif(
    bool(MISSING) and os.environ.get("CI") != "true",
    reason=f"no {MISSING}: sudo make system, then sh scripts/install_quality_tool.sh validator",
)
# What the checker sees in a page that is wrong on purpose: an error and a warning.
WRONG = (
    '<!doctype html><html lang="en"><title>x</title><p><div></p></div><section>x</section></html>'
)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What the checker says of a place."""

    file: Path
    kind: str
    text: str


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """The files that were looked at, and everything that was said."""

    files: tuple[Path, ...]
    messages: tuple[Message, ...]

    def about(self, *suffixes: str) -> list[str]:
        """What was said of files that end so, but for the one that is wrong on purpose."""
        assert any(file.name.endswith(suffixes) for file in self.files)
        return [
            f"{one.file}: {one.kind}: {one.text}"
            for one in self.messages
            if one.file.name.endswith(suffixes) and one.file.name != "wrong.html"
        ]


def kinds(module: str) -> Iterable[str]:
    """The pages of every kind that the browser's tests know of a site."""
    paths: dict[str, str] = importlib.import_module(module).KINDS
    return paths.values()


def pages(public: Path) -> list[Path]:
    """A page of every kind of our sites, and those that a server shows by itself."""
    found = [public / "hub" / path / "index.html" for path in kinds("test_pages")]
    found += [public / "ccid" / path / "index.html" for path in kinds("test_reader_site")]
    found += [*public.glob("*/index.html"), *public.glob("*/404.html"), *public.glob("*/50x.html")]
    # The table of readers has tests of its own there; `kitchen` and `grades` are made by them, and below by ours.
    found.append(public / "ccid" / "readers" / "index.html")
    return sorted({path for path in found if path.parent.name not in {"kitchen", "grades"}})


@pytest.fixture(scope="module")
def pieces(copy_of_ours: Callable[[], Checkout]) -> Path:
    """A page with every piece that Markdown makes."""
    checkout = copy_of_ours()
    checkout.write("site/muscle/pieces.md", PIECES)
    checkout.edit("site/muscle.yml", "nav:", "nav:\n  - Pieces: pieces.md")
    result = checkout.build("-f", str(checkout.root / "site" / "muscle.yml"))
    assert 0 == result.returncode, result.stderr
    return checkout.root / "public" / "muscle" / "pieces" / "index.html"


@pytest.fixture(scope="module")
def checked(
    checkout: Path, ours: Checkout, pieces: Path, tmp_path_factory: pytest.TempPathFactory
) -> Checked:
    """Everything, in one run: Java takes a second to start."""
    assert not MISSING, f"no {MISSING}: make system, sh scripts/install_quality_tool.sh validator"
    wrong = tmp_path_factory.mktemp("wrong") / "wrong.html"
    wrong.write_text(WRONG, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(checkout / "tests" / "browser")
        files = pages(ours.root / "public")
    # What somebody typed shows in valid pages; one of them is of a release with files.
    files += sorted(typed_press(tmp_path_factory.getbasetemp()).rglob("*.html"))
    # Every site has the same stylesheets and drawings; the readers' has one more.
    assets = ours.root / "public" / "ccid" / "assets"
    files += sorted([*assets.rglob("*.css"), *assets.rglob("*.svg"), pieces, wrong])
    missing = [file for file in files if not file.is_file()]
    assert [] == missing
    return Checked(files=tuple(files), messages=run_checker(files))


def run_checker(files: Iterable[Path]) -> tuple[Message, ...]:
    """What the checker says of files."""
    command = [str(JAVA), "-jar", str(JAR), "--format", "json", "--stdout", "--exit-zero-always"]
    run = subprocess.run(
        [
            *command,
            "--skip-info-messages",
            "--also-check-css",
            "--also-check-svg",
            *map(str, files),
        ],
        capture_output=True,
        text=True,
        check=True,
        env={"PATH": os.defpath, "LC_ALL": "C.UTF-8"},
    )
    return tuple(
        Message(
            file=Path(unquote(urlsplit(one["url"]).path)) if "url" in one else Path("no file"),
            kind=one.get("subType", one["type"]),
            text=f"line {one.get('lastLine', 0)}: {one['message']} {one.get('extract', '')!r}",
        )
        for one in json.loads(run.stdout)["messages"]
    )


def test_the_checker_sees_what_is_wrong(checked: Checked) -> None:
    """A page with an end tag too many and a section without a heading gets an error and a warning."""
    said = {one.kind for one in checked.messages if one.file.name == "wrong.html"}

    assert {"error", "warning"} == said


def test_no_page_has_an_error_or_a_warning(checked: Checked) -> None:
    """A page of every kind is valid HTML, whatever people typed into it."""
    assert 80 < sum(file.suffix == ".html" for file in checked.files)
    assert [] == checked.about(".html")


def test_no_stylesheet_has_an_error_or_a_warning(checked: Checked) -> None:
    """Ours and Material's, after their images became files."""
    assert [] == checked.about(".css")


def test_no_drawing_has_an_error_or_a_warning(checked: Checked) -> None:
    """The images that were inside Material's stylesheets are whole when they are files."""
    assert [] == checked.about(".svg")

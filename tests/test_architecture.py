"""The arrows of ARCHITECTURE.md: doors to slices to world; slices do not know each other."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).parent.parent / "scripts"
PACKAGE = SCRIPTS / "pressroom"

# Who may know whom. Everybody may know the foundation, itself, and what is named here.
SLICES = {
    "addresses": {"world"},
    "headers": {"addresses", "world"},
    "changelog": {"world"},
    "deploy": {"addresses", "headers", "world"},
    "observatory": {"world"},
    "posts": {"changelog", "world"},
    "readers": {"changelog", "world"},
    "release": {"changelog", "world"},
    "site": {"addresses", "changelog", "headers", "observatory", "posts", "readers", "world"},
    "theme": set(),
    "world": set(),
}
FOUNDATION = {path.stem for path in PACKAGE.glob("*.py")} - {"cli", "__init__"}
# What a pure module does not import; the modules that may are named after it.
OUTSIDE = {
    "subprocess",
    "socket",
    "requests",
    "shutil",
    "http",
    "urllib.request",
    "smtplib",
    "tempfile",
}
# Doors, and what is put together for one: what two slices need of each other is handed over there.
PUT_TOGETHER = {"cli", "judges"}
MAY_TOUCH_THE_WORLD = {"server", "siblings", "fetch"}


def imports(source: str) -> list[str]:
    """All modules that a source imports, at any depth and under TYPE_CHECKING too."""
    found: list[str] = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = "." * node.level + (node.module or "")
            found += [base, *(f"{base}.{alias.name}" for alias in node.names)]
    return found


def wrong_arrows(module: str, source: str) -> list[str]:
    """The imports of a module (`posts/check.py`) that point where no arrow may."""
    place = Path(module)
    home = place.parts[0] if len(place.parts) > 1 else None
    if place.stem in PUT_TOGETHER:
        allowed = FOUNDATION | set(SLICES)
    elif home is not None:
        allowed = SLICES[home] | FOUNDATION | {home}
    else:
        allowed = FOUNDATION
    wrong = []
    for name in imports(source):
        top, _, rest = name.partition(".")
        target = rest.partition(".")[0]
        if name.startswith(".") or (top == "pressroom" and target and target not in allowed):
            wrong.append(name)
        touches = top in OUTSIDE or name in OUTSIDE
        if touches and home != "world" and place.stem not in MAY_TOUCH_THE_WORLD:
            wrong.append(name)
    return wrong


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: path.stem)
def test_no_arrow_turns_round(path: Path) -> None:
    """A module imports only what its place in the tree may know."""
    module = path.relative_to(PACKAGE)

    assert [] == wrong_arrows(str(module), path.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("module", "source", "wrong"),
    [
        ("posts/check.py", "from pressroom.site import urls", True),
        ("posts/check.py", "from pressroom.changelog.model import Release", False),
        ("changelog/parse.py", "from pressroom.posts.model import Post", True),
        ("changelog/parse.py", "def f():\n    import pressroom.site.hub", True),
        ("changelog/parse.py", "import subprocess", True),
        ("world/git.py", "import subprocess", False),
        ("world/disk.py", "from pressroom.site import hub", True),
        ("findings.py", "from pressroom.changelog import model", True),
        ("posts/cli.py", "from pressroom.site import hub", False),
        ("posts/sub/check.py", "from pressroom.site import hub", True),
        ("site/x.py", "from . import hub", True),
        ("site/x.py", "from pressroom import cli", True),
    ],
)
def test_a_turned_arrow_is_seen(module: str, source: str, wrong: bool) -> None:
    """The check itself can fail."""
    assert wrong == bool(wrong_arrows(module, source))


def test_only_the_plugins_neighbours_know_mkdocs() -> None:
    """Material and MkDocs are replaceable: no slice but `site` imports them."""
    knowing = {
        path.relative_to(PACKAGE).parts[0]
        for path in PACKAGE.rglob("*.py")
        if any(name.split(".")[0] in {"mkdocs", "material"} for name in imports(path.read_text()))
    }

    assert {"site"} == knowing


def test_help_imports_nothing_heavy() -> None:
    """The command's door stays light: no slice, no MkDocs, no lxml, no requests at import."""
    known = set(sys.stdlib_module_names) | {"click", "pressroom"}

    assert {name.partition(".")[0] for name in imports((PACKAGE / "cli.py").read_text())} <= known

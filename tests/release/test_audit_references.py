"""Which missing files are needed: exact, since each of them refuses a release."""

from __future__ import annotations

import pytest
from release_archives import as_bytes

from pressroom.release.audit.references import find_references


def needed(by: str, text: str, *missing: str, shipped: tuple[str, ...] = ()) -> dict[str, str]:
    """The missing files that one shipped file needs, and how it says so."""
    files = {by: as_bytes(text), **dict.fromkeys(shipped, b"")}
    references = find_references(files, dict.fromkeys(missing, b""))
    return {path: str(reference) for path, reference in references.items()}


@pytest.mark.parametrize(
    ("by", "text", "missing"),
    [
        ("a.rc", '#include "resource.h"', "resource.h"),
        ("a.rc", 'IDI_MAIN ICON "res\\\\main.ico"', "res/main.ico"),
        ("src/a.c", '#include "b.h"', "src/b.h"),
        ("src/a.c", '#  include\t"../b.h" // needed', "b.h"),
        ("src/a.cpp", '#include "src/b.h"', "src/b.h"),
        ("src/a.h", "#include <b.h>", "src/b.h"),
        ("src/a.h", "#include <src/b.h>", "src/b.h"),
        ("src/a.i", "%include b.i", "src/b.i"),
        ("src/a.i", '%include "b.i"', "src/b.i"),
        ("src/a.i", '%import(module="m") "b.i"', "src/b.i"),
        ("src/a.i", '%{\n#include "b.h"\n%}', "src/b.h"),
        ("src/a.c", 'const char *f = "data/table.txt";', "data/table.txt"),
        ("src/a.c", '#if 1\n#include "b.h"\n#endif', "src/b.h"),
        ("src/a.c", '#if 0\n#if X\n#endif\n#else\n#include "b.h"\n#endif', "src/b.h"),
        ("src/a.c", '#if 0\n#endif\n#include "b.h"', "src/b.h"),
        ("src/a.c", '#include "b.h"\r\n', "src/b.h"),
        ("setup.py", 'sources = ["src/a.c"]', "src/a.c"),
        ("setup.py", 'setup(scripts=["tool"])', "tool"),
        ("setup.py", 'open("README").read()', "README"),
        ("setup.py", 'open(os.path.join(here, "README.md"))', "README.md"),
        ("setup.py", 'x = os.path.join("src", "b.c")', "src/b.c"),
        (
            "setup.py",
            'x = (Path(__file__).parent / "docs" / "VERSION").read_text()',
            "docs/VERSION",
        ),
        ("setup.py", 'if windows:\n    sources.append("a.rc")', "a.rc"),
        ("setup.py", 'print "old Python"\nsources = ["src/a.c"]', "src/a.c"),
        ("setup.cfg", "[metadata]\nlong_description = file: README.md, NEWS\n", "NEWS"),
        ("setup.cfg", "[metadata]\nlicense_files =\n    terms.txt\n", "terms.txt"),
        ("setup.cfg", "[options.data_files]\nshare = a.dat\n", "a.dat"),
        ("pyproject.toml", '[project]\nreadme = "README"', "README"),
        ("pyproject.toml", "[project]\nreadme = {file = 'docs/README.md'}", "docs/README.md"),
        ("pyproject.toml", '[tool.setuptools.dynamic]\nversion = {file = "VERSION"}', "VERSION"),
        ("pyproject.toml", '[tool.hatch.version]\npath = "src/w/__init__.py"', "src/w/__init__.py"),
        ("pyproject.toml", '[tool.hatch.build.force-include]\n"data/x" = "w/x"', "data/x"),
        ("MANIFEST.in", "include COPYING", "COPYING"),
        ("MANIFEST.in", "include a.txt \\\n  b.txt", "b.txt"),
        ("MANIFEST.in", "exclude b.txt\ninclude b.txt", "b.txt"),
        ("MANIFEST.in", "include docs/b.txt\nrecursive-exclude test *.txt", "docs/b.txt"),
        ("MANIFEST.in", "include docs/b.txt\nrecursive-exclude docs *.md", "docs/b.txt"),
        ("MANIFEST.in", "include b.txt\nprune docs\nglobal-exclude *.md", "b.txt"),
        ("meson.build", "executable('a', 'src/a.c')", "src/a.c"),
        ("src/meson.build", "executable('a', 'a.c')", "src/a.c"),
        ("meson.build", "subdir('src')", "src/meson.build"),
    ],
)
def test_a_missing_file_that_is_named_is_needed(by: str, text: str, missing: str) -> None:
    """Includes of C, SWIG and resources, and names in build files, each with its line."""
    found = needed(by, text, missing)

    assert [missing] == [*found]
    assert found[missing].startswith(f"{by}:")
    assert missing.rpartition("/")[2] in found[missing].replace("subdir", "meson.build")


@pytest.mark.parametrize(
    ("by", "text", "missing"),
    [
        ("src/a.c", '// #include "b.h"', "src/b.h"),
        ("src/a.c", '/* #include "b.h"\n#include "b.h" */', "src/b.h"),
        ("src/a.c", '/* never closed\n#include "b.h"', "src/b.h"),
        ("src/a.c", '#if 0\n#include "b.h"\n#endif', "src/b.h"),
        ("src/a.c", '#if 0\nint x;\n#include "b.h"\n#endif', "src/b.h"),
        ("src/a.c", '#if 0\n#if X\n#else\n#endif\n#include "b.h"\n#endif', "src/b.h"),
        ("src/a.c", "#include MACRO", "src/MACRO"),
        ("src/a.c", "#include <b.h>", "other/b.h"),
        ("src/a.c", '#include "Python.h"', "tests/mock/Python.h"),
        ("src/a.c", 'puts("test");', "test"),
        ("src/a.c", 'puts("see README");', "README"),
        ("a.rc", 'BEGIN\n "resource.h\\0"\nEND', "resource.h"),
        ("README.md", '#include "b.h"', "b.h"),
        ("a.py", 'x = "data.txt"', "data.txt"),
        ("setup.py", '# sources = ["src/a.c"]', "src/a.c"),
        ("setup.py", '"""src/a.c"""', "src/a.c"),
        ("setup.py", 'setup(name="widget", packages=["test"])', "test"),
        ("setup.py", 'setup(name="widget")', "widget"),
        ("setup.py", 'setup(package_data={"w": ["x.txt"]})', "x.txt"),
        ("setup.py", 'setup(packages=find_packages(exclude=["a.b"]))', "a.b"),
        ("setup.py", 'kw = {"exclude_package_data": {"": ["x.txt"]}}', "x.txt"),
        ("setup.py", 'EXCLUDED = ["x.txt"]', "x.txt"),
        ("setup.py", 'x = "src/" + "a.c"', "a.c"),
        ("setup.py", 'x = f"{y}/a.c"', "a.c"),
        ("setup.py", 'x = join(here, y, "a.c")', "a.c"),
        ("setup.py", 'x = ", ".join(["test"])', "test"),
        ("setup.py", 'if name == "a.c": pass', "a.c"),
        ("examples/setup.py", 'x = "a.c"', "examples/a.c"),
        ("setup.cfg", "[flake8]\nexclude = a.py", "a.py"),
        ("pyproject.toml", '[tool.ruff]\nextend-exclude = ["gen.py"]', "gen.py"),
        ("pyproject.toml", '[tool.coverage.run]\nomit = ["tests/a.py"]', "tests/a.py"),
        ("pyproject.toml", '[tool.hatch.build.targets.sdist]\nexclude = ["ci.sh"]', "ci.sh"),
        ("pyproject.toml", '[project]\nname = "widget"', "widget"),
        ("pyproject.toml", '# readme = "README.md"', "README.md"),
        ("pyproject.toml", "not = = toml", "toml"),
        ("MANIFEST.in", "# include b.txt", "b.txt"),
        ("MANIFEST.in", "include *.txt", "b.txt"),
        ("MANIFEST.in", "recursive-include docs b.txt", "docs/b.txt"),
        ("MANIFEST.in", "include b.txt\nexclude b.*", "b.txt"),
        ("MANIFEST.in", "include docs/b.txt\nprune docs", "docs/b.txt"),
        ("MANIFEST.in", "include docs/b.txt\nglobal-exclude *.txt", "docs/b.txt"),
        ("MANIFEST.in", "include docs/b.txt\nrecursive-exclude docs *.txt", "docs/b.txt"),
        ("docs/MANIFEST.in", "include b.txt", "b.txt"),
        ("meson.build", "# 'src/a.c'", "src/a.c"),
        ("meson.build", "f'a.c'", "a.c"),
        ("pyproject.toml", '[tool.setuptools.other]\n"a.c" = "b"', "a.c"),
        ("setup.cfg", "[options]\nzip_safe = a.c", "a.c"),
        ("meson.build", "project('widget', 'c')", "widget"),
    ],
)
def test_what_only_looks_like_a_name_refuses_nothing(by: str, text: str, missing: str) -> None:
    """Comments, code that is switched off, exclusions, patterns, pieces of names, other projects' files."""
    assert {} == needed(by, text, missing)


def test_a_header_that_ships_elsewhere_satisfies_an_include() -> None:
    """An include means what lies beside the file, else whatever compilers find."""
    include = '#include "config.h"'
    assert {} == needed("src/a.c", include, "win/config.h", shipped=("unix/config.h",))
    assert {} == needed("src/a.c", include, "config.h", shipped=("unix/config.h",))
    assert {} == needed("src/a.c", include, "config.h", shipped=("src/config.h",))
    beside = needed("src/a.c", include, "src/config.h", shipped=("unix/config.h",))
    assert ["src/config.h"] == [*beside]


def test_a_missing_header_is_found_where_compilers_are_told_to_look() -> None:
    """A folder that a build file names, or one of which other sources ship."""
    files = {"src/a.c": b'#include "b.h"\n#include <w/c.h>\n', "setup.py": b'dirs = ["include"]\n'}
    missing = {"include/b.h": b"", "include/w/c.h": b"", "other/b.h": b""}
    assert {"include/b.h", "include/w/c.h"} == find_references(files, missing).keys()
    assert ["lib/b.h"] == [
        *needed("src/a.c", '#include "b.h"', "lib/b.h", shipped=("lib/other.c",))
    ]


def test_folders_are_for_includes_and_not_for_paths() -> None:
    """A path in quotes is that path: no folder of headers is searched, and no file elsewhere stands in."""
    script = b'dirs = ["include"]\nsources = ["b.h"]\n'
    assert {} == find_references({"setup.py": script}, {"include/b.h": b""})
    files = {"setup.py": script, "include/b.h": b""}
    assert {"b.h"} == find_references(files, {"b.h": b""}).keys()


def test_a_folder_that_is_named_says_nothing_when_another_header_ships() -> None:
    """Which of two folders is taken depends on the machine, so the one that ships is enough."""
    files = {"a.c": b'#include "c.h"\n', "setup.py": b'dirs = ["win", "unix"]\n', "unix/c.h": b""}

    assert {} == find_references(files, {"win/c.h": b""})


def test_angle_brackets_need_a_folder_that_is_named() -> None:
    """That other sources of a folder ship does not make it one where the compiler looks."""
    assert {} == needed("src/a.c", "#include <b.h>", "lib/b.h", shipped=("lib/other.c",))
    assert {"src/b.h": "src/a.c:1 includes it (#include <b.h>)"} == needed(
        "src/a.c", "#include <b.h>", "src/b.h"
    )


def test_missing_headers_that_include_each_other_end() -> None:
    """A circle of missing files is followed once."""
    missing = {"b.h": b'#include "c.h"', "c.h": b'#include "b.h"'}

    assert {"b.h", "c.h"} == find_references({"a.c": b'#include "b.h"'}, missing).keys()


def test_the_line_of_an_include_counts_lines_of_comments() -> None:
    """A comment that is taken away leaves its lines."""
    found = needed("a.c", '/* one\ntwo */ int x; // "b.h"\n\n#include "b.h"\n', "b.h")

    assert {"b.h": 'a.c:4 includes it (#include "b.h")'} == found


@pytest.mark.parametrize(
    "text", ["/*" * 200_000, '"' * 200_000, "(" * 5_000, "'" + "\\" * 200_000, "[" * 5_000]
)
@pytest.mark.parametrize("by", ["a.c", "setup.py", "meson.build", "pyproject.toml", "MANIFEST.in"])
def test_hostile_sources_are_read_in_linear_time(by: str, text: str) -> None:
    """Nothing that a source holds makes it slow or raise."""
    assert {} == needed(by, text, "b.h")

"""Files below /assets/: their names change with their bytes, and one that does not is refused."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from jinja2 import Environment
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

from pressroom.site import assets
from pressroom.site.asset_names import check_asset_names, content_name, has_content_name

ICON = "assets/pressroom/favicon.svg"
IMAGE = "data:image/svg+xml;charset=utf-8,%3Csvg/%3E"


def prepared(
    tmp_path: Path, theme: dict[str, str], *, own: dict[str, str] | None = None, favicon: str = ICON
) -> tuple[Files, MkDocsConfig]:
    """The files of a theme and of docs_dir as a build has them, prepared."""
    config = MkDocsConfig()
    errors, _ = _load(config, tmp_path)
    assert not errors
    config.theme["favicon"] = favicon
    config.plugins._current_plugin = "pressroom"  # as while a plugin's event runs
    found = []
    for folder, contents in ((tmp_path / "theme", theme), (Path(config.docs_dir), own or {})):
        for name, text in contents.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")
            found.append(File(name, str(folder), config.site_dir, use_directory_urls=True))
    files = Files(found)
    assets.prepare(files, config)
    return files, config


def _load(config: MkDocsConfig, tmp_path: Path) -> tuple[object, object]:
    (tmp_path / "docs").mkdir(exist_ok=True)
    config.load_dict(
        {
            "site_name": "x",
            "docs_dir": str(tmp_path / "docs"),
            "site_dir": str(tmp_path / "out"),
            "theme": {"name": "material"},
        }
    )
    return config.validate()


def names(files: Files) -> set[str]:
    """Where the files will be."""
    return {file.dest_uri for file in files}


def digest(text: str) -> str:
    """The hash in a name."""
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def test_our_files_are_named_by_their_bytes(tmp_path: Path) -> None:
    """Scripts, stylesheets and drawings of ours carry their hash; Material's scripts keep the one they have."""
    material = "assets/javascripts/bundle.a5f9d56c.min.js"
    theme = {"assets/pressroom/x.js": "1", "assets/pressroom/x.css": "a{}", material: "2"}
    files, _ = prepared(tmp_path, theme)

    assert {
        f"assets/pressroom/x.{digest('1')}.js",
        f"assets/pressroom/x.{digest('a{}')}.css",
        material,
    } == names(files)


def test_the_icon_is_linked_by_its_new_name(tmp_path: Path) -> None:
    """The theme's setting follows the file, also if it is Material's own icon."""
    for icon in (ICON, assets.MATERIALS_ICON):
        files, config = prepared(tmp_path, {icon: "<svg/>"}, favicon=icon)

        assert content_name(icon, b"<svg/>") == config.theme["favicon"]
        assert {config.theme["favicon"]} == names(files)


def test_an_icon_that_is_not_below_assets_keeps_its_name(tmp_path: Path) -> None:
    """Servers ask for it anew, so people may call it what they like."""
    files, config = prepared(tmp_path, {}, own={"favicon.ico": "x"}, favicon="favicon.ico")

    assert "favicon.ico" == config.theme["favicon"]
    assert {"favicon.ico"} == names(files)


def test_materials_icon_is_dropped_where_nothing_links_it(tmp_path: Path) -> None:
    """A site with an icon of its own does not carry Material's; a file of the site's own stays."""
    theme = {assets.MATERIALS_ICON: "x", ICON: "<svg/>"}
    files, _ = prepared(tmp_path, theme)
    assert {content_name(ICON, b"<svg/>")} == names(files)

    files, _ = prepared(tmp_path, {ICON: "<svg/>"}, own={assets.MATERIALS_ICON: "x"})
    assert assets.MATERIALS_ICON in names(files)


def test_a_rewritten_stylesheet_has_another_name(tmp_path: Path) -> None:
    """Material's hash is of bytes that nobody is sent: the name is that of the rewritten stylesheet."""
    sheet = "assets/stylesheets/main.57a0d79d.min.css"
    files, _ = prepared(tmp_path, {sheet: f'a{{mask:url("{IMAGE}")}}'})
    made = next(file for file in files if file.src_uri == sheet)
    icon = f"assets/pressroom/icons/{hashlib.sha256(b'<svg/>').hexdigest()[:12]}.svg"

    assert f"a{{mask:url(../{icon.removeprefix('assets/')})}}" == made.content_string
    assert f"assets/stylesheets/main.{digest(made.content_string)}.min.css" == made.dest_uri
    assert made.dest_uri == made.url
    assert icon in names(files)
    assert [] == check_asset_names(names(files), where=str)


def test_one_byte_more_is_another_name_and_another_promise(tmp_path: Path) -> None:
    """The link and the integrity of a stylesheet change together."""
    links = []
    for text in ("a{}", "a{} "):
        files, _ = prepared(tmp_path, {"assets/pressroom/x.css": text})
        template = Environment(autoescape=True).from_string(
            "{{ stylesheet('assets/pressroom/x.*.css') }}"
        )
        links.append(template.render(assets.Links(files).globals()))

    assert [digest("a{}") in links[0], digest("a{} ") in links[1]] == [True, True]
    assert links[0].partition("integrity")[2] != links[1].partition("integrity")[2]


@pytest.mark.parametrize(
    ("path", "named"),
    [
        ("assets/bundle.a5f9d56c.min.js", True),
        ("assets/a/b.0123456789abcdef.svg", True),
        ("assets/0123abcd4567.svg", True),
        ("assets/x.0123abcd.js.gz", True),
        ("assets/x.js", False),
        ("assets/x.0123abc.js", False),
        ("assets/x-0123abcd.js", False),
        ("assets/x.0123ABCD.js", False),
        ("assets/0123abcd", False),
        ("assets/0123abcd/x.js", False),
        ("assets/x.0123abcd/y.js", False),
        ("assets/20240131.png", False),
        ("assets/scan.20240131.png", False),
        ("assets/x.png.0123abcd", False),
    ],
)
def test_what_counts_as_a_hash(path: str, named: bool) -> None:
    """Eight hexadecimal digits or more between dots before the extension; a day is none, nor is a folder."""
    assert named == has_content_name(path)


def test_a_name_that_stays_is_refused_below_assets_alone() -> None:
    """The finding names the file and says where to put it instead."""
    (one,) = check_asset_names(
        ["assets/img/a.png", "images/a.png", "assets/x.0123abcd.js", "assets"],
        where="public/hub/{}".format,
    )

    assert "public/hub/assets/img/a.png" == one.place
    assert "its name does not change with its bytes" in one.message
    assert "put it outside assets/, into img/a.png, and link that" == one.hint

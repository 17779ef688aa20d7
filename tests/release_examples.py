"""Projects to build in tests: ours of `examples/`, one with a backend of its own, and an index of wheels."""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import html
import io
import os
import sys
import tarfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name

from pressroom.release.building.build import BuildFacts, build_dist, build_twice
from pressroom.release.building.environment import Lock

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pressroom.release.building.built import Built

ROOT = Path(__file__).parent.parent
EXAMPLES = ROOT / "examples"
WHEELHOUSE = ROOT / ".wheelhouse"
# 20 November 2026, noon, UTC.
EPOCH = 1_795_176_000
# Nobody listens there: what needs no index must not notice.
NO_INDEX = "http://127.0.0.1:9/simple/"

# Makes an sdist of the folder it is in, and a wheel of one module. No requirement: a build takes a moment.
BACKEND = """
import hashlib, io, os, tarfile, zipfile

NAME, VERSION = "widget", "1.2.3"
BASE = f"{NAME}-{VERSION}"
METADATA = f"Metadata-Version: 2.1\\nName: {NAME}\\nVersion: {VERSION}\\n"


def files():
    found = []
    for folder, folders, names in os.walk("."):
        folders[:] = sorted(set(folders) - {"__pycache__"}, reverse=True)
        found += [os.path.join(folder, name)[2:] for name in names]
    return found


def build_sdist(into, settings=None):
    with tarfile.open(os.path.join(into, f"{BASE}.tar.gz"), "w:gz") as tar:
        for name in files():
            tar.add(name, f"{BASE}/{name}")
        if not os.path.exists("PKG-INFO"):
            info = tarfile.TarInfo(f"{BASE}/PKG-INFO")
            info.size = len(METADATA)
            tar.addfile(info, io.BytesIO(METADATA.encode()))
    return f"{BASE}.tar.gz"


def build_wheel(into, settings=None, metadata=None):
    name = f"{BASE}-py3-none-any.whl"
    inside = {
        "widget.py": open("widget.py", "rb").read(),
        f"{BASE}.dist-info/METADATA": METADATA.encode(),
        f"{BASE}.dist-info/WHEEL": b"Wheel-Version: 1.0\\nGenerator: w\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n",
    }
    record = "".join(f"{name},,\\n" for name in inside) + f"{BASE}.dist-info/RECORD,,\\n"
    with zipfile.ZipFile(os.path.join(into, name), "w") as wheel:
        for path, data in inside.items():
            wheel.writestr(path, data)
        wheel.writestr(f"{BASE}.dist-info/RECORD", record)
    return name
"""
WIDGET = {
    "pyproject.toml": '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n',
    "backend.py": BACKEND,
    "widget.py": "SHAPE = 'round'\n",
    "run.sh": "#!/bin/sh\n",
}


def widget(**changes: str | None) -> dict[str, str]:
    """The project with the backend of its own, and other texts (None: none) for some files; `_py` stands for `.py`.

    `backend_py` is appended, so that it replaces what it defines again.
    """
    files = dict(WIDGET)
    for name, text in changes.items():
        path = name.replace("_toml", ".toml").replace("_py", ".py")
        if text is None:
            del files[path]
        else:
            files[path] = BACKEND + text if path == "backend.py" else text
    return files


def tar_of(files: Mapping[str, str | bytes]) -> bytes:
    """The files as `git archive` packs them."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as tar:
        for path, text in files.items():
            data = text.encode() if isinstance(text, str) else text
            info = tarfile.TarInfo(path)
            info.size = len(data)
            info.mode = 0o775 if path.endswith(".sh") else 0o664
            tar.addfile(info, io.BytesIO(data))
    return file.getvalue()


def example(name: str, **without: str) -> dict[str, bytes]:
    """The files of a project of `examples/` as git would have them."""
    root = EXAMPLES / name
    ignored = {"__pycache__", "build", "dist"}
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and not ignored & set(path.parts) and path.name not in without.values()
    }


def facts(cache: Path, index_url: str = NO_INDEX, *, timeout: float = 60) -> BuildFacts:
    """What a build in a test depends on."""
    return BuildFacts(
        epoch=EPOCH,
        index_url=index_url,
        python=Path(sys.executable),
        path=os.environ["PATH"],
        cache=cache,
        timeout=timeout,
    )


# Of the project above, and known: to ask for it takes as long as a build.
NO_REQUIREMENT = Lock(text="")


def twice(
    files: Mapping[str, str | bytes],
    place: Path,
    cache: Path,
    *,
    timeout: float = 60,
    lock: Lock | None = NO_REQUIREMENT,
) -> Built:
    """Build files as a release does."""
    return build_twice(
        tar_of(files),
        place / "dist",
        dataclasses.replace(facts(cache, timeout=timeout), lock=lock),
        work=place / "work",
        log=place / "build.log",
    )


def once(files: Mapping[str, str], place: Path, cache: Path, *, timeout: float = 60) -> Built:
    """Build files a single time, in half of it."""
    (place / "source").mkdir()
    for name, text in files.items():
        (place / "source" / name).write_text(text)
        (place / "source" / name).chmod(0o755 if name.endswith(".sh") else 0o644)
    return build_dist(
        place / "source",
        place / "dist",
        dataclasses.replace(facts(cache, timeout=timeout), lock=NO_REQUIREMENT),
        work=place / "work",
        log=place / "build.log",
    )


@contextlib.contextmanager
def serving(folder: Path) -> Iterator[str]:
    """The address of an index of the wheels and sdists in a folder, as they are when it is asked."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            where, _, name = self.path.rstrip("/").rpartition("/")
            if where == "/simple":
                self._answer(_page(folder, name), "text/html")
            elif where == "/files" and (folder / name).is_file():
                self._answer((folder / name).read_bytes(), "application/octet-stream")
            else:
                self._answer(None, "")

        def _answer(self, data: bytes | None, kind: str) -> None:
            self.send_response(404 if data is None else 200)
            self.send_header("Content-Length", str(len(data or b"")))
            self.send_header("Content-Type", kind)
            self.send_header("Cache-Control", "max-age=600, public")  # as PyPI says
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(data or b"")

        do_HEAD = do_GET  # noqa: N815 - as http.server calls it; uv asks so before it downloads

        def log_message(self, *_: object) -> None:
            """Silence."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/simple/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _page(folder: Path, project: str) -> bytes | None:
    files = [
        path
        for path in sorted(folder.iterdir())
        if path.suffix in {".whl", ".gz"}
        and canonicalize_name(path.name.split("-")[0]) == canonicalize_name(project)
    ]
    if not files:
        return None
    links = [
        f'<a href="/files/{html.escape(path.name)}#sha256={hashlib.sha256(path.read_bytes()).hexdigest()}">{html.escape(path.name)}</a>'
        for path in files
    ]
    return "<br>".join(links).encode()

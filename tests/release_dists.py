"""Wheels and sdists of a project that does not exist, made in memory, whole or broken on purpose."""

from __future__ import annotations

import datetime as dt
import gzip
import hashlib
import io
import tarfile
import zipfile
from typing import TYPE_CHECKING, Any

import requests

if TYPE_CHECKING:
    from collections.abc import Mapping

NOON = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
TOKEN = "pypi-canary"  # noqa: S105 - of an index on this machine
WHEEL = "widget-1.0-py3-none-any.whl"
SDIST = "widget-1.0.tar.gz"


def metadata(name: str = "widget", version: str = "1.0", *more: str, body: str = "") -> bytes:
    """METADATA or PKG-INFO with these further lines and that description."""
    lines = ["Metadata-Version: 2.4", f"Name: {name}", f"Version: {version}", *more]
    return "\n".join([*lines, "", body]).encode()


def wheel_files(
    name: str = "widget", version: str = "1.0", *more: str, body: str = ""
) -> dict[str, bytes]:
    """The files of a whole pure wheel."""
    info = f"{name}-{version}.dist-info"
    return {
        f"{name}/__init__.py": f"__version__ = {version!r}\n".encode(),
        f"{info}/METADATA": metadata(name, version, *more, body=body),
        f"{info}/WHEEL": b"Wheel-Version: 1.0\nGenerator: us\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/RECORD": f"{name}/__init__.py,,\n{info}/METADATA,,\n{info}/WHEEL,,\n{info}/RECORD,,\n".encode(),
    }


def pack_wheel(files: Mapping[str, bytes], *, method: int = zipfile.ZIP_STORED) -> bytes:
    """A ZIP file with these files, always the same bytes."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for path, data in files.items():
            archive.writestr(zipfile.ZipInfo(path), data, compress_type=method)
    return target.getvalue()


def make_wheel(name: str = "widget", version: str = "1.0", *more: str, body: str = "") -> bytes:
    """A whole pure wheel."""
    return pack_wheel(wheel_files(name, version, *more, body=body))


def pack_sdist(files: Mapping[str, bytes], *, sparse: str = "") -> bytes:
    """A .tar.gz with these files, always the same bytes; `sparse` is marked as a sparse file."""
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for path, data in files.items():
            member = tarfile.TarInfo(path)
            member.size = len(data)
            if path == sparse:
                member.pax_headers = {"GNU.sparse.major": "0", "GNU.sparse.minor": "1"}
                member.pax_headers |= {"GNU.sparse.map": f"0,{len(data)}"}
                member.pax_headers |= {"GNU.sparse.size": str(len(data))}
            archive.addfile(member, io.BytesIO(data))
    return gzip.compress(target.getvalue(), mtime=0)


def sdist_files(
    name: str = "widget", version: str = "1.0", *more: str, body: str = ""
) -> dict[str, bytes]:
    """The files of an sdist that builds with what Python has."""
    top = f"{name}-{version}"
    return {
        f"{top}/PKG-INFO": metadata(name, version, *more, body=body),
        f"{top}/{name}/__init__.py": f"__version__ = {version!r}\n".encode(),
    }


def make_sdist(name: str = "widget", version: str = "1.0", *more: str, body: str = "") -> bytes:
    """A whole sdist."""
    return pack_sdist(sdist_files(name, version, *more, body=body))


def digests(data: bytes) -> dict[str, str]:
    """The digests that twine sends."""
    return {
        "sha256_digest": hashlib.sha256(data).hexdigest(),
        "blake2_256_digest": hashlib.blake2b(data, digest_size=32).hexdigest(),
    }


def form(filename: str, data: bytes, **changes: str | None) -> dict[str, str]:
    """The fields that twine sends, changed; None leaves a field out."""
    name, version = filename.split("-")[:2]
    sdist = filename.endswith(".tar.gz")
    fields: dict[str, Any] = {
        ":action": "file_upload",
        "protocol_version": "1",
        "metadata_version": "2.4",
        "name": name,
        "version": version.removesuffix(".tar.gz"),
        "filetype": "sdist" if sdist else "bdist_wheel",
        "pyversion": "source" if sdist else "py3",
        **digests(data),
        **changes,
    }
    return {key: value for key, value in fields.items() if value is not None}


def upload(
    url: str,
    filename: str = WHEEL,
    data: bytes | None = None,
    *,
    auth: tuple[str, str] | None = ("__token__", TOKEN),
    headers: Mapping[str, str] | None = None,
    **changes: str | None,
) -> requests.Response:
    """The answer to an upload, by plain requests: no retry, no redirect followed."""
    if data is None:
        data = make_sdist() if filename.endswith(".tar.gz") else make_wheel()
    return requests.post(
        url,
        data=form(filename, data, **changes),
        files={"content": (filename, data, "application/octet-stream")},
        auth=auth,
        headers=dict(headers or {}),
        allow_redirects=False,
        timeout=30,
    )

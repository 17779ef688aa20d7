"""RECORD: the list of a wheel's files, held against the files."""

from __future__ import annotations

import base64
import csv
import hashlib
from typing import TYPE_CHECKING

from pressroom.findings import Finding
from pressroom.release.audit.model import visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# As the specification of wheels: nothing weaker than SHA-256.
_HASHES = ("sha256", "sha384", "sha512")
_SIGNATURES = (".jws", ".p7s")
_HINT = "build the wheel again; who changes a file in it has to write RECORD anew"


def check_record(files: Mapping[str, bytes], record: str, *, where: str) -> Iterator[Finding]:
    """Findings where the list and the files are not the same: names, sizes, hashes."""

    def finding(message: str) -> Finding:
        return Finding(where=where, message=visible(message), hint=_HINT)

    unlisted = {record, *(record + ending for ending in _SIGNATURES)}
    listed: set[str] = set()
    try:
        rows = list(csv.reader(files[record].decode().splitlines()))
    except (UnicodeDecodeError, csv.Error) as error:
        yield finding(f"RECORD cannot be read: {error}")
        return
    for row in rows:
        if len(row) != 3:
            yield finding(f"RECORD has a line of {len(row)} fields, not 3")
            continue
        name, digest, size = row
        if name in listed:
            yield finding(f"RECORD lists {name} twice")
        listed.add(name)
        if name in unlisted:
            continue
        if name not in files:
            yield finding(f"RECORD lists {name}, which is not in the wheel")
        elif not _is_true(files[name], digest, size):
            yield finding(f"RECORD has another hash or size than {name}")
    for name in sorted(files.keys() - listed - unlisted):
        yield finding(f"RECORD does not list {name}")


def _is_true(data: bytes, digest: str, size: str) -> bool:
    algorithm, _, value = digest.partition("=")
    if algorithm not in _HASHES or size != str(len(data)):
        return False
    true = base64.urlsafe_b64encode(hashlib.new(algorithm, data).digest()).rstrip(b"=")
    return value == true.decode()

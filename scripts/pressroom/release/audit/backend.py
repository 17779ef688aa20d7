"""What a build backend adds to an sdist, and what it writes anew."""

from __future__ import annotations

import configparser
import re
from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name

if TYPE_CHECKING:
    from collections.abc import Mapping

PKG_INFO = "PKG-INFO"
SETUP_CFG = "setup.cfg"
_EGG_INFO = re.compile(r"(?:.*/)?([^/]+)\.egg-info/.+")
# setuptools writes into it which suffix the version got.
_OWN = "egg_info"


def is_backend_file(path: str, name: str | None) -> bool:
    """Whether a backend makes the file for the project `name` (canonical; None: not known)."""
    if path == PKG_INFO:
        return True
    match = _EGG_INFO.fullmatch(path)
    return match is not None and name in {None, canonicalize_name(match[1])}


def is_bare_setup_cfg(data: bytes) -> bool:
    """Whether a setup.cfg holds nothing but the section that setuptools appends."""
    sections = _sections(data)
    return sections is not None and not sections


def is_same_setup_cfg(one: bytes, other: bytes) -> bool:
    """Whether two setup.cfg say the same, but for the section that setuptools appends."""
    sections = _sections(one)
    return sections is not None and sections == _sections(other)


def _sections(data: bytes) -> Mapping[str, Mapping[str, list[str]]] | None:
    """Keys and the lines of their values, without setuptools' own section; None when it cannot be read."""
    parser = configparser.RawConfigParser(strict=False)
    parser.optionxform = str  # type: ignore[assignment,method-assign]  # keys keep their case, as in setuptools
    try:
        parser.read_string(data.decode())
    except (configparser.Error, UnicodeDecodeError):
        return None
    if parser.defaults():
        parser.add_section("defaults of all sections")
    return {
        section: {
            key: [line.strip() for line in (value or "").splitlines() if line.strip()]
            for key, value in parser.items(section)
        }
        for section in parser.sections()
        if section != _OWN
    }

"""The environment of a build's programs: nothing of ours but PATH, and one index."""

from __future__ import annotations

import os
import shlex
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def child_environment(
    home: Path, *, index_url: str, path: str = "", epoch: int | None = None
) -> Mapping[str, str]:
    """What a program gets that works in the folder `home`: no credential, no proxy, no locale, no configuration.

    With `epoch` (seconds since 1970) it makes something that must come out the same elsewhere.
    `home/tmp` has to exist.
    """
    # Debug information is 13 of the 19 seconds of a large extension, and names the folder.
    flags = shlex.join(["-g0", f"-ffile-prefix-map={home}=."])
    environment = {
        "PATH": path,
        "HOME": str(home),
        "TMPDIR": str(home / "tmp"),
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
        "PYTHONHASHSEED": "0",
        "PYTHONNOUSERSITE": "1",
        "CFLAGS": flags,
        "CXXFLAGS": flags,
        # A version that is asked of git must not come from a repository around us.
        "GIT_CEILING_DIRECTORIES": str(home),
        "GIT_CONFIG_NOSYSTEM": "1",
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_INDEX_URL": index_url,
        "PIP_NO_INPUT": "1",
        "UV_DEFAULT_INDEX": index_url,
        "UV_INDEX_URL": index_url,
        "UV_KEYRING_PROVIDER": "disabled",
        "UV_NO_CONFIG": "1",
        "UV_PYTHON_DOWNLOADS": "never",
        "UV_SYSTEM_CERTS": "1",
    }
    if epoch is not None:
        environment["SOURCE_DATE_EPOCH"] = str(epoch)
    return environment

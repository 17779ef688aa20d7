"""Projects of C and Perl to make tarballs of: one with a plain Makefile, one of MakeMaker, the meson one of `examples/`."""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import os
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import TYPE_CHECKING

from release_examples import EPOCH, NO_INDEX, WHEELHOUSE

from pressroom.changelog.model import Kind
from pressroom.release.audit.git_tree import load_tree
from pressroom.release.building.environment import Lock
from pressroom.release.tarball.build import build_tarball_twice
from pressroom.release.tarball.facts import TarballFacts
from pressroom.release.warehouse.server import serve
from pressroom.world.git import Git

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pressroom.release.audit.model import TreeFiles
    from pressroom.release.building.built import Built

# `configure` is made, and makes the Makefile, as autotools do; no autoconf is needed.
PLAIN = {
    "bootstrap": """#!/bin/sh
set -e
cat > configure <<'END'
#!/bin/sh
sed 's/@VERSION@/1.2.3/' Makefile.in > Makefile
END
chmod 755 configure
""",
    "Makefile.in": """NAME = gadget-@VERSION@
FILES = COPYING Makefile.in bootstrap configure gadget.c test.sh

gadget: gadget.c
\t$(CC) $(CFLAGS) -o gadget gadget.c

check: gadget
\t./test.sh

dist:
\tmkdir $(NAME)
\tcp -p $(FILES) $(NAME)
\ttar czf $(NAME).tar.gz $(NAME)
\trm -r $(NAME)
""",
    "gadget.c": '#include <stdio.h>\n\nint main(void)\n{\n\treturn puts("gadget") < 0;\n}\n',
    "test.sh": '#!/bin/sh\n[ "$(./gadget)" = gadget ]\n',
    "COPYING": "You may do with this what you like.\n",
    "NEWS.txt": "1.2.3\n",
}
PLAIN_NAME = "gadget-1.2.3.tar.bz2"
PERL = {
    "Makefile.PL": "use ExtUtils::MakeMaker;\nWriteMakefile(NAME => 'Gad::Get', VERSION_FROM => 'Get.pm', AUTHOR => 'us');\n",
    "Get.pm": "package Gad::Get;\nour $VERSION = 'v1.2.3';\n1;\n",
    "MANIFEST": "MANIFEST\nMakefile.PL\nGet.pm\nt/load.t\n",
    "t/load.t": 'print "1..1\\n";\nrequire Gad::Get;\nprint \'ok 1\', "\\n";\n',
}
PERL_NAME = "Gad-Get-v1.2.3.tar.gz"
_WHO = {
    f"GIT_{role}_{what}": value
    for role in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "us"), ("EMAIL", "us@press.example"), ("DATE", f"{EPOCH} +0000"))
}


def repository(place: Path, files: Mapping[str, str | bytes]) -> tuple[Git, str]:
    """A repository with one commit of the files, and the hash of that; scripts may be run."""
    place.mkdir(parents=True)
    for name, text in files.items():
        path = place / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        path.chmod(0o755 if name.endswith(".sh") or name == "bootstrap" else 0o644)
    return committed(place)


def committed(place: Path) -> tuple[Git, str]:
    """A repository with one commit of what lies in a folder."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(place), **_WHO}
    git = Git(folder=place, environment=environment)
    git.output("init", "--quiet", "--initial-branch=main")
    git.output("add", "--all", "--force")
    git.output("commit", "--quiet", "--allow-empty", "--message", "all")
    return git, git.text("rev-parse", "HEAD")


def facts(
    kind: Kind,
    artefact: str,
    cache: Path,
    *,
    index_url: str = NO_INDEX,
    lock: Lock | None = None,
    timeout: float = 60,
) -> TarballFacts:
    """What a build in a test depends on; only meson asks an index."""
    return TarballFacts(
        kind=kind,
        artefact=artefact,
        epoch=EPOCH,
        index_url=index_url,
        python=Path(sys.executable),
        path=os.environ["PATH"],
        cache=cache,
        timeout=timeout,
        lock=lock,
    )


def plain_facts(cache: Path, *, timeout: float = 60) -> TarballFacts:
    """Those of the project with the plain Makefile."""
    return facts(Kind.C_AUTOTOOLS, PLAIN_NAME, cache, timeout=timeout)


def perl_facts(cache: Path) -> TarballFacts:
    """Those of the project of MakeMaker."""
    return facts(Kind.PERL, PERL_NAME, cache)


def built(files: Mapping[str, str | bytes], place: Path, wanted: TarballFacts) -> Built:
    """The tarball of the files, in `place/dist`."""
    git, commit = repository(place / "project", files)
    return build_tarball_twice(
        git.folder, commit, place / "dist", wanted, work=place / "work", log=place / "build.log"
    )


def tree_of(place: Path, files: Mapping[str, str | bytes]) -> TreeFiles:
    """What git has of the files."""
    return load_tree(*repository(place, files))


@contextlib.contextmanager
def wheels(folder: Path) -> Iterator[str]:
    """The address of an index with what builds of a rehearsal need."""
    with serve(
        folder,
        wheelhouse=WHEELHOUSE,
        token="pypi-none",  # noqa: S106 - nothing is uploaded with it
        now=lambda: dt.datetime.now(dt.UTC),
    ) as served:
        yield served.simple_url


def packed(
    files: Mapping[str, str | bytes],
    *,
    top: str = "gadget-1.2.3",
    links: Mapping[str, str] | None = None,
    mode: str = "w:gz",
) -> bytes:
    """A tarball of the files and links as somebody else packs it."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode=mode) as tar:  # type: ignore[call-overload]  # one of its modes
        for path, text in files.items():
            data = text.encode() if isinstance(text, str) else text
            info = tarfile.TarInfo(f"{top}/{path}" if top else path)
            info.size, info.mtime, info.uid, info.uname = len(data), 1, 1000, "builder"
            tar.addfile(info, io.BytesIO(data))
        for path, target in (links or {}).items():
            info = tarfile.TarInfo(f"{top}/{path}")
            info.type, info.linkname = tarfile.SYMTYPE, target
            tar.addfile(info)
    return file.getvalue()


def names_in(path: Path) -> list[str]:
    """The files of a tarball below its top folder, as tar(1) sees them."""
    shown = subprocess.run(["tar", "tf", str(path)], capture_output=True, text=True, check=True)
    return sorted(line.partition("/")[2] for line in shown.stdout.split() if not line.endswith("/"))

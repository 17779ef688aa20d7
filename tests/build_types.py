"""A checkout that tests change and build."""

from __future__ import annotations

import dataclasses
import os
import resource
import signal
import subprocess
import sys
from pathlib import Path


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Checkout:
    """A checkout that a test may change and build."""

    root: Path

    @property
    def site(self) -> Path:
        """The built hub."""
        return self.root / "public" / "hub"

    def edit(self, name: str, old: str, new: str) -> None:
        """Replace text in a file; it has to be there."""
        file = self.root / name
        text = file.read_text(encoding="utf-8")
        assert old in text, (name, old)
        file.write_text(text.replace(old, new), encoding="utf-8")

    def write(self, name: str, text: str) -> None:
        """Write a file."""
        (self.root / name).parent.mkdir(parents=True, exist_ok=True)
        (self.root / name).write_text(text, encoding="utf-8")

    def build(
        self,
        *options: str,
        core: str = "mkdocs",
        cwd: Path | None = None,
        **environment: str,
    ) -> subprocess.CompletedProcess[str]:
        """`mkdocs build --strict`, as a user calls it."""
        return subprocess.run(
            self.command(*options, core=core),
            cwd=cwd or self.root,
            env=self.environment(**environment),
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    def build_on_a_full_disk(self, *options: str) -> subprocess.CompletedProcess[str]:
        """A build in which no file can be longer than 20,000 bytes."""

        def limit() -> None:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))

        return subprocess.run(
            self.command(*options),
            cwd=self.root,
            env=self.environment(PYTHONDONTWRITEBYTECODE="1"),
            capture_output=True,
            text=True,
            check=False,
            preexec_fn=limit,
        )

    def command(self, *options: str, core: str = "mkdocs") -> list[str]:
        """The command of a strict build."""
        config = str(self.root / "mkdocs.yml")
        return [sys.executable, "-m", core, "build", "--strict", "-f", config, *options]

    def environment(self, **more: str) -> dict[str, str]:
        """The environment of a build."""
        quiet = {"NO_MKDOCS_2_WARNING": "1", "DISABLE_MKDOCS_2_WARNING": "true"}
        return {**os.environ, **quiet, **more}

    def files(self) -> dict[str, bytes]:
        """Every file of the built hub."""
        return {
            str(path.relative_to(self.site)): path.read_bytes()
            for path in sorted(self.site.rglob("*"))
            if path.is_file()
        }

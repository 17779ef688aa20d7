"""Where a build writes: a staging folder beside the live site, which is exchanged for it at the very end.

A build that fails or is killed leaves the live site as it was.
"""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING

from pressroom.errors import ConfigError
from pressroom.world import disk

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class Output:
    """The folders that one build writes, by site: locked, staged, exchanged all together."""

    def __init__(self, live: Mapping[str, Path], *, sources: Iterable[Path]) -> None:
        self.live = {name: Path(path) for name, path in live.items()}
        self._held = contextlib.ExitStack()
        self._refuse_sources(sources)
        self._folders: dict[str, Path] = {}
        with contextlib.ExitStack() as undo:
            undo.callback(self.close)
            for name, path in sorted(self.live.items()):
                if path.is_symlink():
                    raise ConfigError(
                        "the output folder is a symbolic link",
                        where=str(path),
                        hint="remove the link, or set site_dir to the folder that it names",
                    )
                self._held.enter_context(disk.build_lock(path.parent, path.name))
                disk.remove_leftovers(path.parent, path.name)
                folder = self._held.enter_context(disk.staging(path.parent, path.name))
                self._folders[name] = folder / path.name
            undo.pop_all()

    def folder(self, name: str) -> Path:
        """Where the site is built for now."""
        return self._folders[name]

    def publish(self) -> None:
        """Make what was built live, each site in one step."""
        for name, path in self.live.items():
            disk.exchange(self.folder(name), path)

    def close(self) -> None:
        """Remove what was not published and give the locks back."""
        self._held.close()

    def _refuse_sources(self, sources: Iterable[Path]) -> None:
        for path in self.live.values():
            for source in sources:
                inside = path.resolve().is_relative_to(source.resolve())
                if inside or source.resolve().is_relative_to(path.resolve()):
                    raise ConfigError(
                        f"the output folder and the source folder {source} hold each other",
                        where=str(path),
                        hint="set site_dir to a folder of its own, such as public/hub",
                    )

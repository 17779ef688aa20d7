"""A project's build backend, asked by PyPA's `build`: each question a process of its own, with a deadline."""

from __future__ import annotations

import contextlib
import dataclasses
import json
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from build import BuildBackendException, BuildException, ProjectBuilder

from pressroom.errors import PressroomError
from pressroom.release.building.output import mask, read_output, tail, wanted_network
from pressroom.world.disk import explained
from pressroom.world.process import ProgramTimeoutError, run

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

# Its output goes to a file, so that it is there when the program had to be stopped too.
_WRAPPED = 'umask "$1"; exec >"$2" 2>&1; shift 2; exec "$@"'
Distribution = Literal["sdist", "wheel"]
_SUFFIXES = {"sdist": ".tar.gz", "wheel": ".whl"}


class BuildError(PressroomError):
    """The project cannot be built as it stands."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Backend:
    """The backend of the project in `source`, with the Python of its environment.

    `home` is the folder that its programs have for themselves; what they print goes to the end of `log`.
    """

    source: Path
    python: Path
    home: Path
    environment: Mapping[str, str]
    timeout: float
    log: Path
    umask: str = "022"

    def static_requires(self) -> tuple[str, ...]:
        """What pyproject.toml says that a build requires. Raises BuildError."""
        with self._explained():
            return tuple(sorted(self._builder().build_system_requires))

    def dynamic_requires(self, kind: Distribution) -> tuple[str, ...]:
        """What the backend adds to that. Raises BuildError."""
        with self._explained():
            return tuple(sorted(self._builder().get_requires_for_build(kind)))

    def make(self, kind: Distribution, into: Path) -> Path:
        """The one file that the backend makes in the new folder `into`. Raises BuildError."""
        with self._explained():
            made = self._builder().build(kind, into)
        with explained(into):
            found = sorted(path.name for path in into.iterdir())
        file = into / found[0] if found else into
        if len(found) != 1 or str(file) != made or file.is_symlink() or not file.is_file():
            raise self._error(
                f"the backend made {len(found)} files where one {kind} belongs"
                f"{': ' if found else ''}{', '.join(found[:5])}",
                hint="mend the backend, or the configuration that makes it do so",
            )
        if not file.name.endswith(_SUFFIXES[kind]):
            raise self._error(
                f"the backend made {file.name}, which is no {kind}",
                hint=f"a {kind} ends in {_SUFFIXES[kind]}: take a newer version of the backend",
            )
        return file

    def _builder(self) -> ProjectBuilder:
        return ProjectBuilder(self.source, str(self.python), self._run)

    def _run(
        self,
        cmd: Sequence[str],
        cwd: str | None = None,
        extra_environ: Mapping[str, str] | None = None,
    ) -> None:
        """What `build` calls for each question: Python, a script, the hook's name, a folder for the answer."""
        hook, answer = cmd[2], Path(cmd[3], "output.json")
        printed = self.home / "printed"
        timed_out = False
        code = 0
        try:
            result = run(
                ["/bin/sh", "-c", _WRAPPED, "sh", self.umask, str(printed), *cmd],
                cwd=self.source if cwd is None else self.source.joinpath(cwd),
                environment={**self.environment, **(extra_environ or {})},
                timeout=self.timeout,
            )
            code = result.code
        except ProgramTimeoutError:
            timed_out = True
        said = self._record(hook, printed, answer)
        if timed_out:
            raise self._error(
                f"{hook} did not end within {self.timeout:g} s and was stopped:\n{tail(said)}",
                hint="find out what it waits for: a build gets no input and no network",
            )
        if code != 0:
            raise self._error(
                f"{hook} failed (exit code {code}):\n{tail(said)}", hint=_advice(said)
            )

    def _record(self, hook: str, printed: Path, answer: Path) -> str:
        """What a hook printed and warned of, masked, once it stands at the end of the log."""
        with explained(self.log):
            said = read_output(printed.read_bytes()) if printed.exists() else ""
            printed.unlink(missing_ok=True)
            said += "".join(mask(f"warning: {text}\n") for text in _take_warnings(answer))
            self.log.parent.mkdir(parents=True, exist_ok=True)
            with self.log.open("a", encoding="utf-8") as log:
                log.write(f"## {hook} in {self.source.name}\n{said}\n")
        return said

    @contextlib.contextmanager
    def _explained(self) -> Iterator[None]:
        """What `build` raises inside, as BuildError."""
        try:
            yield
        except BuildBackendException as error:
            if isinstance(error.exception, PressroomError):
                raise error.exception from None
            raise self._error(
                f"the backend does not answer as one: {mask(str(error))}",
                hint="look at [build-system] in pyproject.toml, and at what the backend requires",
            ) from error
        except TypeError as error:  # None, where the name of a file belongs
            raise self._error(
                f"the backend does not answer as one: {error}",
                hint="mend the backend: each hook returns what PEP 517 says",
            ) from error
        except BuildException as error:
            raise self._error(
                mask(str(error)).replace(str(self.source), "the release commit"),
                hint="mend pyproject.toml (`python -m build` says the same)",
            ) from error

    def _error(self, message: str, *, hint: str) -> BuildError:
        return BuildError(message, where=str(self.log), hint=hint)


def _take_warnings(answer: Path) -> list[str]:
    """The warnings in a hook's answer, which is left without them: they belong in a log, not on our terminal."""
    try:
        said = json.loads(answer.read_bytes())
        texts = [str(warning["message"]) for warning in said.pop("warnings", [])]
        answer.write_text(json.dumps(said))
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return []  # no answer, or none of that shape: `build` says so
    return texts


def _advice(said: str) -> str:
    if wanted_network(said):
        return (
            "it looked for the network: name what it needs in [build-system] requires of pyproject.toml, "
            "so that it is locked and recorded; the whole output is in the log"
        )
    return "the whole output is in the log; mend the project, commit, and start again"

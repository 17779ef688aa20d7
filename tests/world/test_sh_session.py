"""A session with one sh, here and over a real ssh: script after script over one connection."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sshd import ALIAS, PATH, Sshd, sshd

from pressroom.errors import ExitCode, PressroomError
from pressroom.world import framing
from pressroom.world.shell import Shell, ShellError, open_shell

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LOCAL = {"PATH": PATH, "HOME": "/nonexistent", "LANG": "C.UTF-8"}
SCRIPTS = Path(__file__).parent.parent.parent / "scripts"
# Holds the lock, starts a program, and says so; then it waits to be killed.
HOLDER = """
import json, sys, time
from pressroom.world.shell import open_shell
host, path, environment, script = sys.argv[1:]
with open_shell(host, environment=json.loads(environment)) as shell:
    assert shell.hold(path, wait=1)
    shell.run(script)
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sshd]:
    """One server for all tests of this file."""
    with sshd(tmp_path_factory.mktemp("ssh")) as one:
        yield one


@pytest.fixture(params=["", ALIAS], ids=["here", "ssh"])
def place(request: pytest.FixtureRequest, server: Sshd) -> tuple[str, dict[str, str]]:
    """A host, and the environment to reach it: this machine, and the server."""
    return request.param, server.environment if request.param else LOCAL


@pytest.fixture(scope="module", params=["", ALIAS], ids=["here", "ssh"])
def shell(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Shell]:
    """A shell, here and over ssh, for all tests that end none; its server is one that nobody else breaks."""
    with contextlib.ExitStack() as stack:
        environment = LOCAL
        if request.param:
            environment = stack.enter_context(sshd(tmp_path_factory.mktemp("own"))).environment
        yield stack.enter_context(open_shell(request.param, environment=environment))


def until(question: Callable[[], bool], seconds: float = 5.0) -> bool:
    """Whether the answer becomes yes in time."""
    deadline = time.monotonic() + seconds
    while not question():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


def is_alive(pid: int) -> bool:
    """Whether a process runs (a zombie does not)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.parametrize(
    "value",
    [
        "",
        "two words",
        "it's \"quoted\" 'twice'",
        "$(touch /tmp/never) `id` $HOME ${x} \\ \\n",
        "a line\nand another\n\n",
        "-n",
        "* ? [a] ~ ! # ; & | > < ( )",
        "é – \U0001f511 \u202e",
        "".join(map(chr, range(1, 128))),
        os.fsdecode(bytes(range(1, 256))),
    ],
)
def test_a_value_arrives_as_it_is(shell: Shell, value: str) -> None:
    """Whatever a value holds, the script's variable is that, byte for byte."""
    done = shell.run('printf %s "$one"', values={"one": value, "two": "x"})

    assert (0, os.fsencode(value), "") == (done.code, done.out, done.err)


def test_a_long_value_and_a_long_script_arrive(shell: Shell) -> None:
    """A megabyte each way is no more than a pipe holds at once, and neither side waits for the other."""
    value = "some text that is long\n" * 50_000
    script = 'printf %s "$one"\n' + ": a comment that is long\n" * 20_000

    assert value.encode() == shell.run(script, values={"one": value}).out


@pytest.mark.parametrize("name", ["1a", "a-b", "", "a b", "a=$(id)", "é", "a\n"])
def test_a_name_that_is_no_variable_is_refused(name: str) -> None:
    """Only what sh takes for a variable is written before a script."""
    with (
        open_shell("", environment=LOCAL) as shell,
        pytest.raises(ValueError, match="is no name of a variable"),
    ):
        shell.run("true", values={name: "x"})


def test_a_value_with_a_nul_is_refused() -> None:
    """No program takes a NUL, so it is not lost on the way but refused."""
    with (
        open_shell("", environment=LOCAL) as shell,
        pytest.raises(ValueError, match="NUL"),
    ):
        shell.run("true", values={"one": "a\0b"})


def test_binary_output_arrives_whole(shell: Shell) -> None:
    """Five megabytes of any bytes come back as they are, and what follows them is not mixed in."""
    data = os.urandom(65_536) * 80
    with contextlib.ExitStack() as stack:
        path = Path(stack.enter_context(_file(data)))
        done = shell.run('cat "$path"', values={"path": str(path)})

    assert data == done.out
    assert b"next" == shell.run("printf next").out


@contextlib.contextmanager
def _file(data: bytes) -> Iterator[str]:
    with tempfile.NamedTemporaryFile() as file:
        file.write(data)
        file.flush()
        yield file.name


def test_complaints_are_bounded_and_their_end_is_kept(shell: Shell) -> None:
    """A megabyte on standard error blocks nothing; the end of it is kept, where the reason stands."""
    done = shell.run(
        "head -c 1000000 /dev/zero | tr '\\0' x >&2; echo out; echo the reason >&2; exit 3"
    )

    assert (3, b"out\n") == (done.code, done.out)
    assert done.err.startswith("…x")
    assert done.err.endswith("x" * 50_000 + "the reason\n")
    assert len(done.err) < 70_000


def test_output_and_complaints_are_apart(shell: Shell) -> None:
    """Each pipe has its own, and no line feed more or less."""
    done = shell.run("printf out; printf err >&2")

    assert (0, b"out", "err") == (done.code, done.out, done.err)
    assert "out" == done.text


@pytest.mark.parametrize(
    ("script", "code"),
    [
        ("exit 0", 0),
        ("exit 7", 7),
        ("false; echo no", 1),  # set -e
        ('echo "$nothing"; echo no', 2),  # set -u
        ("kill -9 $(exec sh -c 'echo $PPID'); sleep 5", 137),
        ("no-such-program-at-all", 127),
        ("if true", 2),
        (") ; echo no", 2),
        ("echo 'no", 2),
        ("exec true", 0),
        ("exec >&- 2>&-; exit 4", 4),
        ("cat <<X\nX", 0),
        ("# a comment", 0),
        ("true \\", 0),
        ("", 0),
    ],
)
def test_a_script_that_fails_is_no_error(script: str, code: int) -> None:
    """Its exit code comes back, whatever is wrong with it, and the session goes on."""
    with open_shell("", environment=LOCAL) as shell:
        done = shell.run(script)

        assert code == done.code
        assert b"" == done.out
        assert "after" == shell.run("echo after").text


def test_nothing_leaks_into_the_next_script(shell: Shell) -> None:
    """Variables, functions, folder, options, traps and open files of a script are its own."""
    shell.run(
        "b=1; f() { :; }; cd /tmp; exec 7</dev/null; umask 0; set +u; trap 'echo trap' EXIT; LC_ALL=x",
        values={"a": "1"},
    )

    assert "no no / 0022 C no" == shell.run(
        "command -v f >/dev/null && echo f; [ -e /proc/self/fd/7 ] && fd=yes || fd=no\n"
        'echo "${a-no} ${b-no} $PWD $(umask) $LC_ALL $fd"'
    ).text.replace(shell.run("umask").text, "0022")


def test_a_script_reads_nothing_of_the_next_one(shell: Shell) -> None:
    """Its standard input is empty: `cat` does not swallow what we say later."""
    assert b"" == shell.run("cat").out
    assert "next" == shell.run("echo next").text


def test_what_is_left_in_the_background_does_not_disturb(shell: Shell) -> None:
    """A script ends though a program that it started goes on and speaks; that is no part of the next answer's frame."""
    started = time.monotonic()
    done = shell.run("(sleep 0.6; echo late) & echo now")

    assert "now" == done.text
    assert time.monotonic() - started < 0.6
    time.sleep(0.7)
    assert "next" == shell.run("echo next").text


def test_one_connection_serves_all_scripts(server: Sshd) -> None:
    """Fifty scripts are one session of the server."""
    with open_shell(ALIAS, environment=server.environment) as shell:
        sessions = server.sessions()
        pids = {shell.run("echo $$").text for _ in range(50)}

        assert 1 == len(pids)
        assert sessions == server.sessions()
    assert until(lambda: not set(sessions) & set(server.sessions()))


def test_a_script_that_takes_too_long_is_killed_here() -> None:
    """After its time the error says so, and nothing that it started on this machine runs on."""
    with open_shell("", environment=LOCAL) as shell:
        pid = int(shell.run("sleep 50 >/dev/null 2>&1 & echo $!").text)
        with pytest.raises(ShellError, match=r"did not answer within 0\.2 s") as caught:
            shell.run("sleep 60", timeout=0.2)
        assert "ps, df" in caught.value.hint
        assert ExitCode.OUTSIDE == caught.value.exit_code
        with pytest.raises(ShellError, match="has ended") as again:
            shell.run("true")
        assert "open another" in again.value.hint
    assert until(lambda: not is_alive(pid))


def test_a_script_that_takes_too_long_over_there_ends_the_connection(server: Sshd) -> None:
    """Over ssh our side is free at once, and the server's side of the connection ends."""
    with open_shell(ALIAS, environment=server.environment) as shell:
        sessions = server.sessions()
        started = time.monotonic()
        with pytest.raises(ShellError, match=r"within 0\.2 s") as caught:
            shell.run("sleep 3", timeout=0.2)
        assert ALIAS == caught.value.where
        assert "start the same command again" in caught.value.hint
    assert time.monotonic() - started < 2
    assert until(lambda: not set(sessions) & set(server.sessions()))


def test_a_broken_connection_is_said(server: Sshd) -> None:
    """A connection that is cut in the middle is an error of the outside, with ssh's words."""
    with open_shell(ALIAS, environment=server.environment) as shell:
        shell.run("true")
        server.drop()
        with pytest.raises(ShellError, match=r"the connection broke: .*closed") as caught:
            shell.run("echo x")
    assert (ALIAS, ExitCode.OUTSIDE) == (caught.value.where, caught.value.exit_code)
    assert "start the same command again" in caught.value.hint


def test_a_connection_that_breaks_while_a_script_runs_is_said(server: Sshd) -> None:
    """No deadline is waited for: the end of the connection is seen at once."""
    with open_shell(ALIAS, environment=server.environment) as shell:
        command = f"sleep 0.2; kill -9 {server.sessions()[-1]}"
        with subprocess.Popen(["sh", "-c", command]):
            started = time.monotonic()
            with pytest.raises(ShellError, match="the connection broke") as caught:
                shell.run("sleep 1")
            assert time.monotonic() - started < 0.9
    assert "start the same command again" in caught.value.hint


def test_a_shell_that_ends_in_the_middle_is_said() -> None:
    """On this machine too."""
    with open_shell("", environment=LOCAL) as shell:
        with pytest.raises(ShellError, match="sh ended in the middle") as caught:
            shell.run("kill -9 $$; sleep 0.2")
        assert "this machine" == caught.value.where
        assert "start the same command again" in caught.value.hint


def test_an_answer_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that never stops talking does not fill our memory."""
    monkeypatch.setattr("pressroom.world.dialogue._MOST", 100_000)
    with open_shell("", environment=LOCAL) as shell:
        with pytest.raises(ShellError, match="more than 100000 bytes") as caught:
            shell.run("cat /dev/zero", timeout=10)
        assert "start the same command again" in caught.value.hint


@pytest.mark.parametrize(
    ("alias", "said", "hint"),
    [
        ("widget-stranger", "Host key verification failed", "answer yes: ssh widget-stranger"),
        ("widget-forged", "HOST IDENTIFICATION HAS CHANGED", "ssh-keygen -R"),
        ("widget-locked", "Permission denied", "authorized_keys"),
        ("widget-closed", "Connection refused", "start sshd over there"),
    ],
)
def test_why_there_is_no_connection(server: Sshd, alias: str, said: str, hint: str) -> None:
    """Ssh's own words are shown, with a hint that suits them, and the exit code is that of the outside."""
    with (
        pytest.raises(ShellError, match="cannot connect: ") as caught,
        open_shell(alias, environment=server.environment),
    ):
        pass
    assert said in caught.value.message
    assert hint in caught.value.hint
    assert (alias, ExitCode.OUTSIDE) == (caught.value.where, caught.value.exit_code)


def test_a_name_that_nobody_knows(tmp_path: Path) -> None:
    """The hint is about the name; no name server is asked here, so ssh is a program that says its words."""
    (tmp_path / "ssh").write_text(
        "#!/bin/sh\n"
        "echo 'ssh: Could not resolve hostname nowhere.example: Name or service not known' >&2\n"
        "exit 255\n"
    )
    (tmp_path / "ssh").chmod(0o755)
    with (
        pytest.raises(ShellError, match="Name or service not known") as caught,
        open_shell("nowhere.example", environment={"PATH": f"{tmp_path}:{PATH}"}),
    ):
        pass
    assert "HostName in ~/.ssh/config" in caught.value.hint


def test_no_ssh_at_all(tmp_path: Path) -> None:
    """A machine without ssh says which package has it."""
    with (
        pytest.raises(ShellError, match="ssh cannot be started") as caught,
        open_shell(ALIAS, environment={"PATH": str(tmp_path)}),
    ):
        pass
    assert "apt install openssh-client" in caught.value.hint


@pytest.mark.parametrize("host", ["-oProxyCommand=id", "a b", "a\nb", "\x1b[1m"])
def test_a_host_that_is_an_option_is_refused(host: str) -> None:
    """What ssh would take for something else never reaches it."""
    with (
        pytest.raises(ShellError, match="is no host") as caught,
        open_shell(host, environment=LOCAL),
    ):
        pass
    assert "user@server.example" in caught.value.hint


def test_a_banner_does_not_confuse(tmp_path: Path) -> None:
    """A login shell that prints before and complains before sh starts changes no answer."""
    command = (
        'echo "Welcome to the widget server"; echo +noise >&2; exec sh -c "$SSH_ORIGINAL_COMMAND"'
    )
    with (
        sshd(tmp_path, force_command=command) as server,
        open_shell(ALIAS, environment=server.environment) as shell,
    ):
        done = shell.run("echo out; echo err >&2")

    assert (0, b"out\n", "err\n") == (done.code, done.out, done.err)


def test_a_user_without_a_shell(tmp_path: Path) -> None:
    """An account that only says that it is none is shown with its words, made harmless."""
    command = "printf 'This account is \\033[31mnot available.\\n'; exit 1"
    with (
        sshd(tmp_path, force_command=command) as server,
        pytest.raises(
            ShellError, match=r"no sh starts there: This account is .*not avail"
        ) as caught,
        open_shell(ALIAS, environment=server.environment),
    ):
        pass
    assert "\x1b" not in str(caught.value)
    assert "give that user a login shell" in caught.value.hint


def test_the_users_configuration_counts_and_its_session_does_not(server: Sshd) -> None:
    """A terminal, a command and a forwarding of the configuration are for a person: they stop no script of ours."""
    before = server.configuration.read_text()
    extra = "Host *\n RequestTTY force\n RemoteCommand echo hello\n LocalForward 127.0.0.1:1 127.0.0.1:1\n ExitOnForwardFailure yes\n"
    server.configuration.write_text(extra + before)
    try:
        with open_shell(ALIAS, environment=server.environment) as shell:
            assert b"\x03\r\n" == shell.run("printf '\\003\\r\\n'").out
    finally:
        server.configuration.write_text(before)


def test_the_environment_is_all_that_it_gets() -> None:
    """Nothing of our own environment reaches sh."""
    with open_shell("", environment={"PATH": PATH, "ONE": "1"}) as shell:
        names = {line.partition("=")[0] for line in shell.run("env").text.splitlines()}

    assert {"PATH", "ONE", "LC_ALL", "PWD"} >= names - {"OLDPWD", "_", "SHLVL"}
    assert {"PATH", "ONE", "LC_ALL"} <= names


def test_a_lock_is_held_until_the_connection_ends(
    place: tuple[str, dict[str, str]], tmp_path: Path
) -> None:
    """A second session does not get it while the first has it, and gets it afterwards; asking twice is no harm."""
    host, environment = place
    path = str(tmp_path / "it's a lock")
    with open_shell(host, environment=environment) as first:
        assert first.hold(path, wait=0)
        assert first.hold(path, wait=0)
        first.run("true")
        with open_shell(host, environment=environment) as second:
            started = time.monotonic()
            assert not second.hold(path, wait=0)
            assert not second.hold(path, wait=0.2)
            assert 0.2 <= time.monotonic() - started < 2
            assert "still there" == second.run("echo still there").text
    with open_shell(host, environment=environment) as third:
        assert third.hold(path, wait=2)


def test_a_lock_that_comes_free_is_taken(tmp_path: Path) -> None:
    """Who waits gets it as soon as the other is gone."""
    path = tmp_path / "lock"
    with (
        open_shell("", environment=LOCAL) as shell,
        subprocess.Popen(["flock", "-x", path, "sleep", "0.3"]),
    ):
        assert until(lambda: not _is_free(path))
        assert shell.hold(str(path), wait=5)


def _is_free(path: Path) -> bool:
    return 0 == subprocess.run(["flock", "-n", "-x", path, "true"], check=False).returncode


def test_only_one_lock_a_shell(tmp_path: Path) -> None:
    """A second one would have to be let go of in an order: it is refused."""
    with open_shell("", environment=LOCAL) as shell:
        shell.hold(str(tmp_path / "one"), wait=0)
        with pytest.raises(ValueError, match=r"holds .*one already"):
            shell.hold(str(tmp_path / "two"), wait=0)


def test_a_lock_that_cannot_be_opened_ends_nothing(
    place: tuple[str, dict[str, str]], tmp_path: Path
) -> None:
    """The reason is said, and the session goes on."""
    with open_shell(place[0], environment=place[1]) as shell:
        with pytest.raises(PressroomError, match=r"cannot be locked: .*nonexistent") as caught:
            shell.hold(str(tmp_path / "no" / "lock"), wait=0)
        assert "let your user write" in caught.value.hint
        assert ExitCode.FINDINGS == caught.value.exit_code
        assert "on" == shell.run("echo on").text


def test_no_flock_over_there(tmp_path: Path) -> None:
    """The package that has it is named."""
    (tmp_path / "sh").symlink_to("/bin/sh")
    with (
        open_shell("", environment={"PATH": str(tmp_path)}) as shell,
        pytest.raises(PressroomError, match="flock: not found") as caught,
    ):
        shell.hold(str(tmp_path / "lock"), wait=0)
    assert "apt install util-linux" in caught.value.hint


@contextlib.contextmanager
def holder(
    place: tuple[str, dict[str, str]], path: Path, script: str
) -> Iterator[subprocess.Popen[str]]:
    """A process of its own that holds the lock, after it ran a script."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, place[0], str(path), json.dumps(place[1]), script],
        env={"PYTHONPATH": str(SCRIPTS), "PATH": PATH},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert "held\n" == process.stdout.readline()
        try:
            yield process
        finally:
            process.kill()


def test_a_lock_goes_with_its_killed_process(
    place: tuple[str, dict[str, str]], tmp_path: Path
) -> None:
    """SIGKILL to us ends sh over there, and the lock with it; before, it is held."""
    path = tmp_path / "lock"
    with holder(place, path, "true") as process:
        assert not _is_free(path)
        process.send_signal(signal.SIGKILL)
        assert until(lambda: _is_free(path))


def test_programs_of_a_dead_session_still_hold_its_lock(
    place: tuple[str, dict[str, str]], tmp_path: Path
) -> None:
    """The lock is free when the last program that a script started has ended, not before; but for one that let go of it."""
    path, pids = tmp_path / "lock", tmp_path / "pids"
    program = "sleep 50 </dev/null >/dev/null 2>&1"
    script = f"{program} 9>&- & echo $! >{pids}; {program} & echo $! >>{pids}"
    with holder(place, path, script) as process:
        without, having = map(int, pids.read_text().split())
        process.send_signal(signal.SIGKILL)
        process.wait()
        time.sleep(0.1)
        assert not _is_free(path)
        os.kill(having, signal.SIGKILL)
        assert until(lambda: _is_free(path))
        assert is_alive(without)
        os.kill(without, signal.SIGKILL)


def test_a_killed_process_ends_its_connection_in_the_middle_of_a_script(
    server: Sshd, tmp_path: Path
) -> None:
    """SIGKILL to us ends our ssh at once, and not when the script over there ends."""
    path = tmp_path / "lock"
    before = set(server.sessions())
    command = ["-c", HOLDER.replace("shell.run(script)", "shell.run(script, timeout=30)")]
    arguments = [ALIAS, str(path), json.dumps(server.environment), "sleep 3"]
    with subprocess.Popen(
        [sys.executable, *command, *arguments], env={"PYTHONPATH": str(SCRIPTS), "PATH": PATH}
    ) as process:
        assert until(lambda: path.exists() and not _is_free(path))
        time.sleep(0.1)
        process.send_signal(signal.SIGKILL)
    assert until(lambda: set(server.sessions()) <= before, 2)


def test_a_script_of_which_only_a_part_arrived_does_not_begin(server: Sshd, tmp_path: Path) -> None:
    """Whatever is cut off, no half of a script runs."""
    made = tmp_path / "made"
    text = b"(\nset -eu\ntouch %s\n" % os.fsencode(made)
    with open_shell(ALIAS, environment=server.environment) as shell:
        pipes = shell._dialogue._pipes
        frames = (framing.Frame("x", keep=10), framing.Frame("x", keep=10))
        assert "late" == framing.exchange(pipes, text, frames, deadline=time.monotonic() + 0.2)
        server.drop()
    time.sleep(0.1)
    assert not made.exists()

"""`pressroom observatory judge`: cases in, answers out, a line each, as they come."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from observatory_sites import Typed, started, typed

SAMPLES = [
    json.loads(line) for line in (Path(__file__).parent / "cases.jsonl").read_bytes().splitlines()
]
CASE: dict[str, Any] = {"id": "a", "url": "https://widget.test/"}


def judge(*lines: bytes | dict[str, Any], end: bytes = b"\n", preload: str = "") -> Typed:
    """The command with these lines on its standard input."""
    texts = (line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines)
    options = ["--preload", preload] if preload else []
    return typed("judge", *options, stdin=b"\n".join(texts) + end)


def answers(done: Typed) -> list[dict[str, Any]]:
    """What came out, line by line."""
    return [json.loads(line) for line in done.out.splitlines()]


def test_samples_are_answered_as_the_real_scanner_did() -> None:
    """Every case that needs no list of its own comes back in order with its token, points, score and grade."""
    chosen = [
        one
        for one in SAMPLES
        if not any("preload" in token for token, *_ in one["expected"].get("tests", {}).values())
        and "error" not in one["expected"]
    ]
    done = judge(*(one["case"] for one in chosen))

    assert 200 < len(chosen)
    assert 0 == done.code
    assert [one["expected"] for one in chosen] == answers(done)
    assert "" == done.err


def test_an_answer_does_not_wait_for_the_next_case(tmp_path: Path) -> None:
    """Whoever writes a line can read its answer before writing another."""
    with started("judge", cwd=tmp_path, stdin=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for number in range(3):
            process.stdin.write(json.dumps(CASE | {"id": number}).encode() + b"\n")
            process.stdin.flush()
            assert number == json.loads(process.stdout.readline())["id"]
        process.stdin.close()
        assert 0 == process.wait(10)


def test_a_line_that_is_no_case_does_not_stop_the_others() -> None:
    """Answers stay in order; what is wrong and how a case looks is said in each; exit code 2 at the end."""
    done = judge(CASE, b"{", b"[]", {"url": 1}, CASE | {"id": "b"}, b"null")
    first, *broken, fifth, last = answers(done)

    assert 2 == done.code
    assert ["a", None, None, None, "b", None] == [one["id"] for one in answers(done)]
    assert 30 == first["score"] == fifth["score"]
    for number, one in zip((2, 3, 4, 6), (*broken, last), strict=True):
        assert one["error"].startswith(f"line {number}: no case: ")
        assert '(hint: a case is one JSON object a line: {"id": "1"' in one["error"]
        assert {"id", "error"} == set(one)
    assert "lines that are no case: 4; their answer says why\n" == done.err


@pytest.mark.parametrize(
    "case",
    [{"status": 404}, {"url": "nonsense"}, {"tls": "closed", "http_redirect_chain": None}],
)
def test_what_the_observatory_does_not_grade_is_an_answer(case: dict[str, Any]) -> None:
    """An error with the id and a hint, no score; nothing is wrong with the line."""
    done = judge(CASE | case)
    (one,) = answers(done)

    assert 0 == done.code
    assert {"id", "error"} == set(one)
    assert "a" == one["id"]
    assert "(hint: " in one["error"]


@pytest.mark.parametrize("end", [b"", b"\n", b"\r\n", b"\n\n  \n"])
def test_ends_of_lines_do_not_matter(end: bytes) -> None:
    """The last line may have none, empty ones mean nothing, and so does a byte order mark."""
    done = judge(b"\xef\xbb\xbf" + json.dumps(CASE).encode(), end=end)

    assert 0 == done.code
    assert ["a"] == [one["id"] for one in answers(done)]


def test_nothing_in_nothing_out() -> None:
    """An empty file is no error."""
    assert Typed(code=0, out="", err="") == judge(end=b"")


def test_bytes_that_are_no_utf_8_are_judged_as_the_observatory_reads_them() -> None:
    """Each is a replacement character; answers are ASCII."""
    done = judge(b'{"id": "\xff", "url": "https://widget.test/", "body": "\xc3"}', CASE)

    assert 0 == done.code
    assert ["\ufffd", "a"] == [one["id"] for one in answers(done)]
    assert done.out.isascii()


def test_a_long_line_is_a_line() -> None:
    """10 MB of a page, and of something that is no case."""
    done = judge(CASE | {"body": "<p>" * 3_500_000}, b"[" * 10_000_000, CASE)

    assert 2 == done.code
    assert ["a", None, "a"] == [one["id"] for one in answers(done)]
    assert 10_000 > len(done.out)


def test_a_list_of_preloaded_hosts_can_be_given(tmp_path: Path) -> None:
    """It replaces the built-in one; what is no list is refused before a line is read."""
    path = tmp_path / "list.json"
    path.write_text('{"entries": [{"name": "widget.test", "mode": "force-https"}]}')
    (one,) = answers(judge(CASE, preload=str(path)))
    (other,) = answers(judge(CASE | {"url": "https://widget.dev/"}, preload=str(path)))

    assert ["hsts-preloaded", 5, True] == one["tests"]["strict-transport-security"]
    assert ["hsts-not-implemented", -20, False] == other["tests"]["strict-transport-security"]
    for text in (b"", b"[]", b'{"entries": [{"mode": "force-https"}]}', b"\xff"):
        path.write_bytes(text)
        done = judge(CASE, preload=str(path))
        assert (2, "") == (done.code, done.out)
        assert str(path) in done.err
        assert "hint: " in done.err


def test_help_teaches() -> None:
    """Every key of a case, what comes out, and how to begin."""
    text = " ".join(typed("judge", "--help").out.split())

    for words in (
        *("`url`", "`headers` ([[name, value], ...])", "`body`", "`http_redirect_chain`", "`tls`"),
        *("`score`, `grade` and `tests`", "Exit code 2", "judge < cases.jsonl > answers.jsonl"),
    ):
        assert words in text

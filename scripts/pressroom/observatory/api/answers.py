"""What the service answers, read strictly: another shape than the documented one is an error, not a result."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, TypeAlias, TypeVar

import msgspec

from pressroom.observatory.algorithm import NUMBERS
from pressroom.observatory.api.model import Matrix, ServiceError, ServiceResult, ServiceVersion
from pressroom.observatory.grade import GRADES
from pressroom.world.reply import one_line

T = TypeVar("T")

# Names of tests and tokens go to the terminal.
_Name: TypeAlias = Annotated[str, msgspec.Meta(pattern=r"\A[A-Za-z0-9_-]{1,100}\Z")]
_Time: TypeAlias = Annotated[dt.datetime, msgspec.Meta(tz=True)]
_Points: TypeAlias = Annotated[int, msgspec.Meta(ge=-1000, le=1000)]
_CHANGED = (
    "the service changed, or something stands in between: upgrade this program; "
    "without the service the verdict is made on this machine"
)
_SHOWN = 300


class Failure(msgspec.Struct, frozen=True, kw_only=True):
    """An error as the service words it."""

    error: str
    message: str

    @property
    def words(self) -> str:
        """What it says, for a person."""
        return one_line(f"{self.message[:_SHOWN]} ({self.error[:_SHOWN]})")


class ScanAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The scan itself; neither `error` nor `score` while it is not done."""

    id: int
    algorithm_version: int
    scanned_at: _Time
    error: str | None
    grade: str | None
    score: int | None
    tests_quantity: int | None


class Analysis(msgspec.Struct, frozen=True, kw_only=True):
    """A scan and its tests."""

    scan: ScanAnswer
    tests: dict[_Name, _Test]

    @property
    def results(self) -> dict[str, ServiceResult]:
        """The results by the name of their test."""
        return {
            name: ServiceResult(token=test.result, modifier=test.score_modifier, passed=test.passed)
            for name, test in self.tests.items()
        }


class _Test(msgspec.Struct, frozen=True, kw_only=True):
    result: _Name
    score_modifier: _Points
    passed: bool | None = msgspec.field(name="pass")


class _Row(msgspec.Struct, frozen=True, kw_only=True):
    name: _Name
    modifier: _Points = msgspec.field(name="scoreModifier")


class _Rows(msgspec.Struct, frozen=True, kw_only=True):
    name: _Name
    results: list[_Row]


class _Version(msgspec.Struct, frozen=True, kw_only=True):
    version: str
    commit: str


def parse_failure(body: bytes) -> Failure | None:
    """The error in a body, None where it holds none (a page of a proxy)."""
    try:
        return msgspec.json.decode(body, type=Failure)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return None


def parse_scan(body: bytes, *, where: str) -> ScanAnswer:
    """The answer to `POST /scan`; ServiceError unless it is a scan, done or under way, that we can read."""
    answer = _parse(ScanAnswer, body, where)
    _check_scan(answer, where)
    return answer


def parse_analysis(body: bytes, *, where: str) -> Analysis:
    """The answer to `GET /analyze`; ServiceError unless it has a result for every test it counts."""
    answer = _parse(Analysis, body, where)
    _check_scan(answer.scan, where)
    count = answer.scan.tests_quantity
    if answer.scan.score is not None and (count == 0 or count != len(answer.tests)):
        raise _changed(f"its answer counts {count} tests and holds {len(answer.tests)}", where)
    return answer


def parse_matrix(body: bytes, *, where: str) -> Matrix:
    """The answer to `GET /recommendation_matrix`; ServiceError unless it lists each test and token once."""
    tests = _parse(list[_Rows], body, where)
    matrix = {test.name: {row.name: row.modifier for row in test.results} for test in tests}
    if not matrix or len(matrix) != len(tests):
        raise _changed("its table names no test, or one test twice", where)
    for test in tests:
        if not test.results or len(matrix[test.name]) != len(test.results):
            raise _changed(f"its table names no token of {test.name}, or one twice", where)
    return matrix


def parse_version(body: bytes, *, where: str) -> ServiceVersion:
    """The answer to `GET /version`; ServiceError for any other shape."""
    answer = _parse(_Version, body, where)
    return ServiceVersion(
        version=one_line(answer.version[:_SHOWN]), commit=one_line(answer.commit[:_SHOWN])
    )


def _check_scan(answer: ScanAnswer, where: str) -> None:
    if answer.error is not None:
        raise ServiceError(
            f"the scan failed: {one_line(answer.error[:_SHOWN])}",
            where=where,
            hint="check that the site answers 2xx, 3xx, 401 or 403 from other networks, then scan again",
        )
    if answer.algorithm_version not in NUMBERS:
        known = ", ".join(map(str, NUMBERS))
        raise ServiceError(
            f"it judges by algorithm {_number(answer.algorithm_version)}; this program knows {known}",
            where=where,
            hint="upgrade this program; what is new shows when the tables are compared",
        )
    if answer.score is None and answer.grade is None:
        return
    if answer.grade not in GRADES or answer.score is None or not 0 <= answer.score <= 1000:
        raise _changed("its answer has no grade, or no score, of the known ones", where)


def _number(value: int) -> str:
    """A number from outside: Python does not print one of thousands of digits."""
    return str(value) if abs(value) < 10**9 else "(a huge number)"


def _parse(shape: type[T], body: bytes, where: str) -> T:
    try:
        return msgspec.json.decode(body, type=shape)
    except msgspec.ValidationError as error:
        raise _changed(f"its answer has another shape: {one_line(str(error))}", where) from None
    except (msgspec.MsgspecError, ValueError, RecursionError):
        start = one_line(body[:60].decode("utf-8", "replace"))
        raise _changed(f"its answer is no JSON, or not all of it: {start}", where) from None


def _changed(message: str, where: str) -> ServiceError:
    return ServiceError(message, where=where, hint=_CHANGED)

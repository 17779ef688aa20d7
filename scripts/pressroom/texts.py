"""Text from outside: decoded strictly, and refused where a reader could not see what it says."""

from __future__ import annotations

import re
import unicodedata

from pressroom.findings import Finding, Severity

# C0 and C1 controls but tab and newline; bidi and zero-width controls but ZWNJ and ZWJ, which
# words of several scripts and emoji need (UAX #9, UTR #36); lone surrogates; noncharacters at the end of plane 0.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\uffff\ud800-\udfff]"
)


def decode(data: bytes, *, where: str) -> tuple[str, list[Finding]]:
    """The text of a file with line feeds as line ends, and what was wrong with its bytes.

    A byte order mark is dropped with a warning; what is no UTF-8 is read as Windows-1252, so that
    nothing is lost, with an error on the first such line. Line ends are never a finding.
    """
    findings = []
    if data.startswith(b"\xef\xbb\xbf"):
        data = data[3:]
        findings.append(
            Finding(
                where=where,
                line=1,
                message="starts with a byte order mark",
                hint="save the file as UTF-8 without BOM",
                severity=Severity.WARNING,
            )
        )
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        text = data.decode("cp1252", errors="backslashreplace")
        findings.append(
            Finding(
                where=where,
                line=line,
                message=f"byte 0x{data[error.start]:02x} is not UTF-8; read as Windows-1252",
                hint=f"convert the file: iconv -f windows-1252 -t utf-8 {where}",
            )
        )
    return text.replace("\r\n", "\n").replace("\r", "\n"), findings


def check_text(text: str, *, where: str, line: int = 1) -> list[Finding]:
    """Findings for characters that cannot be seen or that change how others are read.

    `line` is the line on which the text starts in its file.
    """
    findings = [
        Finding(
            where=where,
            line=line + number,
            message=f"character {_name(match[0])} cannot be seen by a reader of the page",
            hint="delete it",
        )
        for number, content in enumerate(text.split("\n"))
        for match in _UNSEEN.finditer(content)
    ]
    findings += [
        Finding(
            where=where,
            line=line + number,
            message="letters and their accents are separate characters here (not NFC)",
            hint="type the line again, or save it in Unicode form NFC",
        )
        for number, content in enumerate(text.split("\n"))
        if not unicodedata.is_normalized("NFC", content)
    ]
    return findings


def _name(character: str) -> str:
    return f"U+{ord(character):04X} {unicodedata.name(character, 'control')}"

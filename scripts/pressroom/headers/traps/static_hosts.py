"""What is wrong with a `_headers` or `_redirects` file: doubled headers, lines that the host passes over."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING

from pressroom.findings import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pressroom.headers.servers.hosts import StaticHost

_HEADER = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]+)[ \t]*:[ \t]*(\S.*)")
_DETACH = re.compile(r"![ \t]+([!#$%&'*+.^_`|~0-9A-Za-z-]+)")
_PLACEHOLDER = re.compile(r":[A-Za-z]\w*|\*")
_LEFT_OUT = "# left out: "
_SHOWN = 60
_ELSEWHERE = "shorten it, or deploy to a server of your own"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class _Rule:
    """A pattern of paths and, in lower case with their lines, the headers that it sets and takes back."""

    pattern: str
    sets: dict[str, int] = dataclasses.field(default_factory=dict)
    detaches: set[str] = dataclasses.field(default_factory=set)


def check_headers_file(text: str, *, host: StaticHost, where: str) -> list[Finding]:
    """All that this host would join, pass over or not understand."""
    rules, findings = _read(text, host, where)
    if host.max_rules and len(rules) > host.max_rules:
        message = f"has {len(rules)} rules: {host.title} takes {host.max_rules}"
        hint = "join some, or deploy to a server of your own"
        findings.append(Finding(where=where, message=message, hint=hint, severity=Severity.WARNING))
        del rules[host.max_rules :]
    if host.joins:
        hint = "take it back first, in the same rule: ! and its name"
        findings += [
            Finding(where=where, line=line, message=message, hint=hint)
            for line, message in _joined(rules)
        ]
    return sorted(findings)


def check_redirects_file(text: str, *, host: StaticHost, where: str) -> list[Finding]:
    """Warnings for all redirects that do not work on this host."""
    findings = []
    count = 0

    def warn(line: int, message: str, hint: str) -> None:
        findings.append(
            Finding(where=where, line=line, message=message, hint=hint, severity=Severity.WARNING)
        )

    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith(_LEFT_OUT):
            message = f"{_shown(line.removeprefix(_LEFT_OUT))} would be a pattern on {host.title}"
            warn(number, message, "leave it, or deploy to a server of your own")
        elif line and not line.startswith("#"):
            count += 1
            if host.max_redirect_line and len(line) > host.max_redirect_line:
                message = f"has {len(line)} characters: {host.title} passes over more than {host.max_redirect_line}"
                warn(number, message, _ELSEWHERE)
    if host.max_redirects and count > host.max_redirects:
        message = f"has {count} redirects: {host.title} takes {host.max_redirects}"
        warn(0, message, "drop those that nobody follows, or deploy to a server of your own")
    return sorted(findings)


def _read(text: str, host: StaticHost, where: str) -> tuple[list[_Rule], list[Finding]]:
    rules: list[_Rule] = []
    findings: list[Finding] = []
    for number, line in enumerate(text.splitlines(), 1):
        words = line.strip()
        problems: list[tuple[str, str, Severity]] = []
        if not words or words.startswith("#"):
            continue
        if host.max_line and len(line) > host.max_line:
            message = (
                f"has {len(line)} characters: {host.title} passes over more than {host.max_line}"
            )
            problems.append((message, _ELSEWHERE, Severity.WARNING))
        if words.startswith(("/", "https://")):
            rules.append(_Rule(pattern=words))
        elif rules:
            problems += [(*one, Severity.ERROR) for one in _take(rules[-1], words, number, host)]
        else:
            message = f"{_shown(words)} comes before any path"
            problems.append((message, "write the path above it", Severity.ERROR))
        findings += [
            Finding(where=where, line=number, message=message, hint=hint, severity=severity)
            for message, hint, severity in problems
        ]
    return rules, findings


def _take(rule: _Rule, words: str, number: int, host: StaticHost) -> Iterator[tuple[str, str]]:
    """Put a line into its rule; what it is not, and what it is a second time, as message and hint."""
    header, detach = _HEADER.fullmatch(words), _DETACH.fullmatch(words)
    if detach is not None and host.joins:
        rule.detaches.add(detach[1].lower())
    elif header is None:
        yield f"{host.title} does not understand {_shown(words)}", 'write "Name: value"'
    elif header[1].lower() in rule.sets:
        yield f"{header[1]} is there twice in the rule {_shown(rule.pattern)}", "keep one of them"
    else:
        rule.sets[header[1].lower()] = number


def _joined(rules: Sequence[_Rule]) -> Iterator[tuple[int, str]]:
    for index, rule in enumerate(rules):
        for earlier in rules[:index]:
            doubled = (rule.sets.keys() & earlier.sets.keys()) - rule.detaches
            if doubled and _overlap(rule.pattern, earlier.pattern):
                for name in sorted(doubled):
                    yield (
                        rule.sets[name],
                        f"{name} would be joined with its value from {_shown(earlier.pattern)}",
                    )


def _overlap(one: str, other: str) -> bool:
    """Whether some path may fit both patterns; too many rather than too few."""
    (head, tail), (other_head, other_tail) = _ends(one), _ends(other)
    heads = head.startswith(other_head) or other_head.startswith(head)
    return heads and (tail.endswith(other_tail) or other_tail.endswith(tail))


def _ends(pattern: str) -> tuple[str, str]:
    """What stands before the first and behind the last part that may be anything; all of it twice if none may."""
    path = re.sub(r"^https://[^/]*", "", pattern)
    parts = _PLACEHOLDER.split(path)
    return parts[0], parts[-1]


def _shown(text: str) -> str:
    return repr(text if len(text) <= _SHOWN else text[:_SHOWN] + "…")

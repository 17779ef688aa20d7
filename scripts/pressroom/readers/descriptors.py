"""descriptors.jsonl: what the importer found in descriptor files, one JSON object a line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from pressroom.findings import Finding, Severity
from pressroom.names import check_name
from pressroom.readers.model import Descriptor

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pressroom.readers.model import Reader

# Ten thousand readers are 20 MB.
MAX_BYTES = 64 * 1024 * 1024

_PLACE = re.compile(r"(?s)(.*) - at `\$\.?([^`]*)`")
_HEX = re.compile(r"[0-9A-F]{4}", re.ASCII)
_AGAIN = "only the importer writes this file: run `pressroom readers import`"


def parse_descriptors(data: bytes, *, where: str) -> tuple[tuple[Descriptor, ...], list[Finding]]:
    """The descriptors in file order, and all that is wrong with the file."""
    if len(data) > MAX_BYTES:
        what = f"has {len(data)} bytes, more than {MAX_BYTES}"
        return (), [Finding(where=where, message=what, hint="this is no file of descriptors")]
    decoder = msgspec.json.Decoder(Descriptor)
    descriptors: list[Descriptor] = []
    findings: list[Finding] = []
    lines: dict[str, int] = {}
    for number, line in enumerate(data.split(b"\n"), 1):
        if not line.strip():
            continue
        try:
            descriptor = decoder.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            findings.append(
                Finding(where=where, line=number, message=_explain(str(error)), hint=_AGAIN)
            )
            continue
        findings += _check(descriptor, where, number)
        if descriptor.slug in lines:
            what = f"slug {descriptor.slug!r} stands in line {lines[descriptor.slug]} too"
            findings.append(Finding(where=where, line=number, message=what, hint=_AGAIN))
            continue
        lines[descriptor.slug] = number
        descriptors.append(descriptor)
    if list(lines) != sorted(lines):
        what = "the lines are not sorted by slug"
        findings.append(Finding(where=where, message=what, hint=_AGAIN, severity=Severity.WARNING))
    return tuple(descriptors), sorted(findings)


def render_descriptors(descriptors: Iterable[Descriptor]) -> bytes:
    """The file: lines by slug, keys sorted, so that the same facts are the same bytes."""
    encoder = msgspec.json.Encoder(order="sorted")
    return encoder.encode_lines(sorted(descriptors, key=lambda one: one.slug))


def check_pair(
    readers: Iterable[Reader], descriptors: Iterable[Descriptor], *, where: str
) -> list[Finding]:
    """Findings for descriptors that no reader has; `where` is the file they stand in."""
    slugs = {reader.slug for reader in readers}
    sources: dict[str, str] = {}
    findings = []
    for descriptor in descriptors:
        if descriptor.slug not in slugs:
            what = f"no line of readers.csv has the slug {descriptor.slug!r}"
            hint = "put the line back, or mend its slug; a record goes only with its descriptor"
            findings.append(Finding(where=where, message=what, hint=hint))
        first = sources.setdefault(descriptor.source, descriptor.slug)
        if first != descriptor.slug:
            what = f"{descriptor.slug!r} and {first!r} are both from {descriptor.source}"
            findings.append(Finding(where=where, message=what, hint=_AGAIN))
    return findings


def _explain(error: str) -> str:
    match = _PLACE.fullmatch(error)
    message, place = (match[1], match[2]) if match else (error, "")
    message = message[:1].lower() + message[1:]
    return f"{place}: {message}" if place else f"is no descriptor: {message}"


def _check(descriptor: Descriptor, where: str, line: int) -> Iterator[Finding]:
    """Findings for what no type can say."""
    yield from check_name(descriptor.slug, what="slug", where=where, line=line)
    if not descriptor.interfaces:
        what = "interfaces: a descriptor has one at least"
        yield Finding(where=where, line=line, message=what, hint=_AGAIN)
    texts = {"usb.manufacturer": descriptor.usb.manufacturer, "usb.product": descriptor.usb.product}
    for number, one in enumerate(descriptor.interfaces):
        texts[f"interfaces[{number}].label"] = one.label
        for name, digits in (("vid", one.vid), ("pid", one.pid)):
            if digits is not None and not _HEX.fullmatch(digits):
                what = f"interfaces[{number}].{name}: not four upper-case hex digits"
                yield Finding(where=where, line=line, message=what, hint=_AGAIN)
    for place, text in texts.items():
        if not text.isprintable():
            what = f"{place}: holds characters that cannot be seen"
            yield Finding(where=where, line=line, message=what, hint=_AGAIN)

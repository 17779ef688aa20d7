"""What is wrong with a policy: unknown, contradictory, double, weak or too long."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pressroom.findings import Finding
from pressroom.headers.csp import Problem, check_directives
from pressroom.headers.media import TYPES
from pressroom.shapes import suggestion

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pressroom.headers.policy import Policy, Transport

TABLE = "[tool.pressroom.headers]"
# 180 days: below it a visitor of twice a year is not protected (what the Observatory asks for).
MIN_MAX_AGE = 15_552_000
# A year: what browsers' own lists ask for (hstspreload.org).
PRELOAD_MAX_AGE = 31_536_000
# nginx reads parameters up to 4,096 bytes with their quotes; many proxies take 8,192 bytes for all headers together.
MAX_VALUE = 4_000
MAX_TOTAL = 8_000
# What changes with its name may be kept; below a week a visitor loads it anew for nothing.
MIN_ASSETS = 604_800
MAX_ASSETS = 31_536_000

_FEATURE = re.compile(r"[a-z]+(?:-[a-z]+)*")
_SUFFIX = re.compile(r"\.[a-z0-9]+")
_EXTENSION = re.compile(r"[a-z0-9]+")
_MEDIA_TYPE = re.compile(r"[a-z]+/[a-z0-9][a-z0-9.+-]*(?:; charset=utf-8)?")
# What a browser runs or shows is never open: another origin would take it into itself.
_NEVER_OPEN = (".html", ".js", ".mjs", ".css", ".svg")
# Header value: (what is as strict as can be, or nearly; what browsers know, but gives protection away)
_CHOICES = {
    "referrer_policy": (
        ("no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin"),
        ("origin", "origin-when-cross-origin", "unsafe-url", "no-referrer-when-downgrade"),
    ),
    "cross_origin_opener_policy": (
        ("same-origin", "same-origin-allow-popups", "noopener-allow-popups"),
        ("unsafe-none",),
    ),
    "cross_origin_embedder_policy": (("require-corp", "credentialless"), ("unsafe-none",)),
    "cross_origin_resource_policy": (("same-origin", "same-site"), ("cross-origin",)),
    "x_frame_options": (("DENY", "SAMEORIGIN"), ()),
}
_FRAMES = {"DENY": ("'none'",), "SAMEORIGIN": ("'self'",)}


def check_policy(policy: Policy, *, where: str) -> list[Finding]:
    """All that is wrong with it."""
    problems: list[Problem] = [
        *((f"content_security_policy: {what}", hint) for what, hint in _check_csp(policy)),
        *_check_transport(policy.strict_transport_security),
        *_check_choices(policy),
        *_check_lists(policy),
        *_check_kinds(policy),
        *_check_length(policy),
    ]
    return [
        Finding(where=where, message=f"{TABLE} {message}", hint=hint) for message, hint in problems
    ]


def _check_csp(policy: Policy) -> Iterator[Problem]:
    yield from check_directives(policy.directives)
    framed = policy.directives["frame-ancestors"]
    wanted = _FRAMES.get(policy.x_frame_options)
    if wanted is not None and framed != wanted:
        yield (
            f"frame-ancestors {' '.join(framed)} contradicts x_frame_options {policy.x_frame_options}",
            f'write frame-ancestors = ["{wanted[0]}"], or change x_frame_options',
        )


def _check_transport(transport: Transport) -> Iterator[Problem]:
    name = "strict_transport_security"
    if transport.max_age < MIN_MAX_AGE:
        yield (
            f"{name}.max_age {transport.max_age} is less than 180 days",
            "63072000 is two years",
        )
    elif transport.preload and (
        transport.max_age < PRELOAD_MAX_AGE or not transport.include_subdomains
    ):
        yield (
            f"{name}.preload needs include_subdomains and a max_age of a year",
            "browsers' lists take no other",
        )
    elif transport.max_age > 10**10:
        yield f"{name}.max_age {transport.max_age} is centuries", "63072000 is two years"


def _check_choices(policy: Policy) -> Iterator[Problem]:
    for name, (good, weak) in _CHOICES.items():
        value = getattr(policy, name)
        if value in weak:
            yield f"{name} {value!r} gives protection away", f"take one of {', '.join(good)}"
        elif value not in good:
            yield f"{name} {value!r} is unknown", suggestion(value, list(good))


def _check_lists(policy: Policy) -> Iterator[Problem]:
    if not policy.permissions_off:
        yield (
            "permissions_off is empty",
            "leave the line out, and every feature that is known is off",
        )
    for feature in policy.permissions_off:
        if not _FEATURE.fullmatch(feature):
            yield f"permissions_off has {feature!r}, which is no feature", "as in geolocation"
    if policy.integrity_policy != ("script",):
        yield (
            f"integrity_policy is {list(policy.integrity_policy)}",
            "write ['script']: without it a script needs no hash, and browsers know nothing else yet",
        )
    for name in ("permissions_off", "open_suffixes"):
        yield from _check_double(name, getattr(policy, name))
    if not MIN_ASSETS <= policy.assets_max_age <= MAX_ASSETS:
        yield (
            f"assets_max_age {policy.assets_max_age} is not between a week and a year",
            "31536000 is a year: their names change with their bytes",
        )


def _check_kinds(policy: Policy) -> Iterator[Problem]:
    """Kinds of file that other origins may read, and those that are ours to name."""
    for suffix in policy.open_suffixes:
        if not _SUFFIX.fullmatch(suffix) or suffix[1:] not in policy.types:
            yield f"open_suffixes has {suffix!r}, which is no kind of file", "as in .json"
        elif suffix in _NEVER_OPEN:
            yield f"open_suffixes has {suffix!r}: pages and code are no data", "leave it out"
    for extension, value in policy.media_types.items():
        if extension in TYPES:
            yield f"media_types has {extension!r}, which is {TYPES[extension]}", "leave it out"
        elif not _EXTENSION.fullmatch(extension) or not _MEDIA_TYPE.fullmatch(value):
            yield (
                f"media_types has {extension!r} = {value!r}, which is no extension and type",
                'as in epub = "application/epub+zip" or tex = "text/x-tex; charset=utf-8"',
            )


def _check_double(name: str, values: Sequence[str]) -> Iterator[Problem]:
    for value in sorted({one for one in values if values.count(one) > 1}):
        yield f"{name} has {value!r} twice", "write it once"


def _check_length(policy: Policy) -> Iterator[Problem]:
    headers = (*policy.always, policy.transport)
    for header in headers:
        if len(header.value) > MAX_VALUE:
            yield (
                f"{header.name} has {len(header.value)} characters, more than {MAX_VALUE}",
                "servers and proxies cut or refuse it: name fewer sources",
            )
    total = sum(len(header.name) + len(header.value) + 4 for header in headers)
    if total > MAX_TOTAL:
        yield (
            f"all headers together have {total} bytes, more than {MAX_TOTAL}",
            "proxies refuse such answers: name fewer sources",
        )

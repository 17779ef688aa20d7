"""The policy: which headers every response carries. What is not said in `[tool.pressroom.headers]` is strict."""

from __future__ import annotations

import dataclasses
import types
from typing import TYPE_CHECKING

from pressroom.headers.header import Header, PathClass
from pressroom.headers.media import TYPES

if TYPE_CHECKING:
    from collections.abc import Mapping

# Content Security Policy Level 3, Trusted Types. What is not allowed by name is not allowed.
STRICT: Mapping[str, tuple[str, ...]] = types.MappingProxyType(
    {
        "default-src": ("'none'",),
        "script-src": ("'self'",),
        "style-src": ("'self'",),
        "img-src": ("'self'",),
        "font-src": ("'self'",),
        "connect-src": ("'self'",),
        "worker-src": ("'self'",),
        "manifest-src": ("'self'",),
        "base-uri": ("'none'",),
        "form-action": ("'none'",),
        "frame-ancestors": ("'none'",),
        # The default policy is theme/assets/pressroom/trusted.js.
        "require-trusted-types-for": ("'script'",),
        "trusted-types": ("default",),
    }
)
# What a page of text never asks for. Chromium complains in the console of a name that it does not know.
SWITCHED_OFF = (
    "accelerometer",
    "camera",
    "display-capture",
    "geolocation",
    "gyroscope",
    "hid",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "publickey-credentials-get",
    "screen-wake-lock",
    "serial",
    "usb",
)
STS = "Strict-Transport-Security"
CACHE = "Cache-Control"
ASSETS = "/assets/"
# The statuses of an answer that is a file, or says that it has not changed.
FILE_STATUSES = (200, 206, 304)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Transport:
    """Strict-Transport-Security (RFC 6797); `max_age` in seconds."""

    max_age: int = 63_072_000
    include_subdomains: bool = True
    # Asks for a place in browsers' own lists, which is hard to leave: a decision of a person.
    preload: bool = False

    @property
    def value(self) -> str:
        """`max-age=63072000; includeSubDomains`."""
        parts = [f"max-age={self.max_age}"]
        parts += ["includeSubDomains"] * self.include_subdomains + ["preload"] * self.preload
        return "; ".join(parts)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """`[tool.pressroom.headers]`: only what differs from the strict values is written there."""

    # Directives that differ from STRICT, or come on top: `img-src = ["'self'", "https://img.example.org"]`.
    content_security_policy: dict[str, tuple[str, ...]] = dataclasses.field(default_factory=dict)
    strict_transport_security: Transport = dataclasses.field(default_factory=Transport)
    referrer_policy: str = "strict-origin-when-cross-origin"
    # Features that no page may use (Permissions Policy).
    permissions_off: tuple[str, ...] = SWITCHED_OFF
    cross_origin_opener_policy: str = "same-origin"
    cross_origin_embedder_policy: str = "require-corp"
    cross_origin_resource_policy: str = "same-origin"
    x_frame_options: str = "DENY"
    # What is blocked without an integrity hash (Integrity-Policy); browsers know `script` so far.
    integrity_policy: tuple[str, ...] = ("script",)
    # Files that scripts of other origins may read: the API.
    open_suffixes: tuple[str, ...] = (".json", ".csv", ".xml")
    # Kinds of file that our table does not know: `epub = "application/epub+zip"`.
    media_types: dict[str, str] = dataclasses.field(default_factory=dict)
    # How long a browser may keep what is below /assets/, whose names change with their bytes; in seconds.
    assets_max_age: int = 31_536_000
    # Whether each page repeats in <meta> what a <meta> can say, for hosts that cannot set headers.
    meta: bool = False

    @property
    def directives(self) -> dict[str, tuple[str, ...]]:
        """All directives of the Content-Security-Policy with their sources, the strict ones first."""
        return {**STRICT, **self.content_security_policy}

    @property
    def types(self) -> dict[str, str]:
        """The value of Content-Type by extension."""
        return {**TYPES, **self.media_types}

    @property
    def always(self) -> tuple[Header, ...]:
        """What every response carries, with TLS or without, whatever its status."""
        pairs = (
            ("Content-Security-Policy", render_directives(self.directives)),
            ("X-Content-Type-Options", "nosniff"),
            ("X-Frame-Options", self.x_frame_options),
            ("Referrer-Policy", self.referrer_policy),
            ("Permissions-Policy", ", ".join(f"{name}=()" for name in self.permissions_off)),
            ("Cross-Origin-Opener-Policy", self.cross_origin_opener_policy),
            ("Cross-Origin-Embedder-Policy", self.cross_origin_embedder_policy),
            ("Cross-Origin-Resource-Policy", self.cross_origin_resource_policy),
            ("Integrity-Policy", f"blocked-destinations=({' '.join(self.integrity_policy)})"),
            (CACHE, "no-cache"),
        )
        return tuple(Header(name=name, value=value) for name, value in pairs)

    @property
    def transport(self) -> Header:
        """What every response over TLS carries besides; never one over plain HTTP (RFC 6797, 7.2)."""
        return Header(name=STS, value=self.strict_transport_security.value)

    @property
    def classes(self) -> tuple[PathClass, ...]:
        """The paths whose files carry something else."""
        kept = f"public, max-age={self.assets_max_age}, immutable"
        return (
            PathClass(name="assets", prefix=ASSETS, headers=(Header(name=CACHE, value=kept),)),
            PathClass(
                name="open",
                suffixes=self.open_suffixes,
                headers=(
                    Header(name="Cross-Origin-Resource-Policy", value="cross-origin"),
                    Header(name="Access-Control-Allow-Origin", value="*"),
                ),
            ),
        )

    @property
    def promises(self) -> dict[str, dict[str, str]]:
        """Everything promised, by what it is promised for: `{"over TLS": {"Strict-Transport-Security": "…"}}`."""
        groups = {"every response": self.always, "over TLS": (self.transport,)}
        groups |= {one.title: one.headers for one in self.classes}
        return {title: {one.name: one.value for one in some} for title, some in groups.items()}

    def headers_for(self, path: str, *, status: int, secure: bool) -> tuple[Header, ...]:
        """What a response promises: the path asked for (`/assets/x.css`), its status, whether it came over TLS."""
        headers = {header.name: header for header in self.always}
        if secure:
            headers[STS] = self.transport
        if status in FILE_STATUSES:
            headers |= {header.name: header for header in self.class_headers(path)}
        return tuple(headers.values())

    def class_headers(self, path: str) -> tuple[Header, ...]:
        """What the class of a path says differently; the first class that holds it counts."""
        return next((one.headers for one in self.classes if one.holds(path)), ())


def render_directives(directives: Mapping[str, tuple[str, ...]]) -> str:
    """`default-src 'none'; script-src 'self'`."""
    return "; ".join(" ".join((name, *sources)) for name, sources in directives.items())

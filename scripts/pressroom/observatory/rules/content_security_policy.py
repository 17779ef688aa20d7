"""content-security-policy: whether what others inject could run, or be loaded over a line without TLS."""

from __future__ import annotations

from pressroom.observatory.csp.policy import NONE
from pressroom.observatory.csp.read import Csp, State

_INLINE = "'unsafe-inline'"
_STRICT = "'strict-dynamic'"
# Who has any host, or none, can be loaded.
_BROAD = frozenset(
    (
        "ftp:",
        "http:",
        "https:",
        "*",
        "http://*",
        "http://*.*",
        "https://*",
        "https://*.*",
    )
)
_UNSAFE = _BROAD | {_INLINE, "data:"}
_BROAD_STARTS = tuple(_BROAD)
_INSECURE_STARTS = ("http:", "ftp:")
_PINNED_STARTS = ("'nonce-", "'sha256-", "'sha384-", "'sha512-")
# Where a load without TLS is no code; script-src is looked at by itself.
_PASSIVE = ("img-src", "media-src")
_NOT_ACTIVE = frozenset((*_PASSIVE, "script-src"))
_DUPLICATES = "csp-implemented-but-duplicate-directives"


def judge(csp: Csp, *, report_only: str | None, secure: bool) -> str:
    """The token. `report_only` is the value of Content-Security-Policy-Report-Only; `secure`: the site was asked over https."""
    if csp.state is State.INVALID:
        return "csp-header-invalid"
    if csp.state is State.ABSENT:
        return "csp-not-implemented-but-reporting-enabled" if report_only else "csp-not-implemented"
    policy = {name: set(sources) for name, sources in csp.directives.items()}
    return _failure(policy, secure=secure) or (
        _DUPLICATES if csp.has_duplicates else _success(policy, secure=secure)
    )


def _failure(policy: dict[str, set[str]], *, secure: bool) -> str | None:
    """The first token that is no pass, if any; takes out of the policy what browsers ignore there."""
    # The sets themselves: what is taken out of one is taken out of all that fall back to it.
    script, style, objects = (
        _sources(policy, name) for name in ("script-src", "style-src", "object-src")
    )
    if _STRICT in script and not _is_pinned(script):
        return "csp-header-invalid"
    for sources in (script, style):
        if _is_pinned(sources):
            sources.discard(_INLINE)
    if _STRICT in script:
        # 'self' becomes void as well, which changes no token.
        script -= {source for source in script if source.startswith(_BROAD_STARTS)}
    if script & _UNSAFE or objects & _BROAD:
        return "csp-implemented-with-unsafe-inline"
    active = (script, *(sources for name, sources in policy.items() if name not in _NOT_ACTIVE))
    if secure and any(map(_is_insecure, active)):
        return "csp-implemented-with-insecure-scheme"
    if "'unsafe-eval'" in script | style:
        return "csp-implemented-with-unsafe-eval"
    return None


def _success(policy: dict[str, set[str]], *, secure: bool) -> str:
    """The token of a policy that passes."""
    if secure and any(_is_insecure(_sources(policy, name)) for name in _PASSIVE):
        return "csp-implemented-with-insecure-scheme-in-passive-content-only"
    if _sources(policy, "style-src") & _UNSAFE:
        return "csp-implemented-with-unsafe-inline-in-style-src-only"
    if policy.get("default-src") == {NONE}:
        return "csp-implemented-with-no-unsafe-default-src-none"
    return "csp-implemented-with-no-unsafe"


def _sources(policy: dict[str, set[str]], name: str) -> set[str]:
    """What a directive allows, or default-src for it; all if there is neither."""
    found = policy.get(name, policy.get("default-src"))
    return {"*"} if found is None else found


def _is_pinned(sources: set[str]) -> bool:
    return any(source.startswith(_PINNED_STARTS) for source in sources)


def _is_insecure(sources: set[str]) -> bool:
    return any(source.startswith(_INSECURE_STARTS) for source in sources)

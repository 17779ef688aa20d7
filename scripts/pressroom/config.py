"""The configuration in `[tool.pressroom]` of pyproject.toml: who publishes what, and where."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from pressroom.errors import ConfigError, ConfigFindingsError
from pressroom.findings import Finding
from pressroom.shapes import fill
from pressroom.tables import parse_toml
from pressroom.texts import decode

if TYPE_CHECKING:
    import uuid

FILE = "pyproject.toml"
# What `mkdocs build` makes: one folder a site, each deployable on its own.
OUTPUT = "public"
# What it makes for web servers: a configuration for each kind, and what hosts without one take.
DEPLOY = "deploy"
REDIRECTS = "site/redirects.toml"
# Where people write: posts, a changelog a project, and the card readers.
POSTS = "posts"
RELEASES = "releases"
READERS = "site/readers"

_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# A site's name is a folder in public/ and stands in configurations of servers.
_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?")
_LABEL = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)?")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """One site: the MkDocs configuration that builds it, and its host's label below the domain."""

    config: str
    label: str = ""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Security:
    """What /.well-known/security.txt says (RFC 9116); `expires` is a day that a person set."""

    contact: str
    expires: dt.date


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Readers:
    """The card readers: which site shows them, and whose releases list them."""

    site: str
    # The id of the driver's project: its version pages say which readers each release added.
    project: str


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Hosting:
    """Where things are on the server that is configured; `{host}` is a site's host."""

    # Holds a folder a site, as public/ does.
    folder: str = "/srv/pressroom/current"
    # For a host and its www alias, as certbot keeps them.
    certificate: str = "/etc/letsencrypt/live/{host}/fullchain.pem"
    key: str = "/etc/letsencrypt/live/{host}/privkey.pem"
    # Holds .well-known/acme-challenge/ (RFC 8555).
    acme: str = "/var/www/acme"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """`[tool.pressroom]` as written."""

    domain: str
    author: str
    # The name space of feed ids (RFC 9562): ids outlive the domain, so they do not hold it.
    feed_namespace: str
    # Where "report a problem" leads: https: or an address of ours such as `site:hub/contribute/`.
    report: str
    security: Security
    # The first one is the hub: it carries posts, projects and their feeds, and its build starts the others.
    sites: dict[str, Site]
    readers: Readers | None = None
    # What differs from the strict policy; read by headers/setup.py.
    headers: dict[str, Any] = dataclasses.field(default_factory=dict)
    hosting: Hosting = dataclasses.field(default_factory=Hosting)
    # Where it is deployed to, by name; read by deploy/target.py.
    deploy: dict[str, Any] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """The settings, and the folder they were found in."""

    root: Path
    settings: Settings

    @property
    def hub(self) -> str:
        """The name of the site that carries posts and projects."""
        return next(iter(self.settings.sites))

    def host(self, site: str) -> str:
        """`docs.example.org`."""
        label = self.settings.sites[site].label
        return f"{label}.{self.settings.domain}" if label else self.settings.domain

    def base_url(self, site: str) -> str:
        """`https://docs.example.org/`."""
        return f"https://{self.host(site)}/"

    def address(self, reference: str) -> str:
        """What `site:hub/about/` means: `https://example.org/about/`; other addresses as they are.

        Raises KeyError with the name of a site that there is not.
        """
        if not reference.startswith("site:"):
            return reference
        site, _, path = reference.removeprefix("site:").partition("/")
        return self.base_url(site) + path

    @property
    def feed_namespace(self) -> uuid.UUID:
        """The name space of feed ids."""
        import uuid  # noqa: PLC0415 - for feeds alone

        return uuid.UUID(self.settings.feed_namespace)


def find_root(start: Path) -> Path:
    """The nearest folder at or above `start` whose pyproject.toml has `[tool.pressroom]`."""
    for folder in (start, *start.parents):
        file = folder / FILE
        if file.is_file() and b"[tool.pressroom" in file.read_bytes():
            return folder
    raise ConfigError(
        "no pyproject.toml with [tool.pressroom] here or in a folder above",
        where=str(start),
        hint="start in the checkout, or write that table; CONTRIBUTING.md has all its keys",
    )


def load_config(start: Path) -> Config:
    """The configuration of the checkout that `start` lies in."""
    root = find_root(start.resolve())
    text = (root / FILE).read_bytes()
    settings, findings = parse_settings(text, where=FILE)
    if settings is None:
        raise ConfigFindingsError(findings)
    return Config(root=root, settings=settings)


def parse_settings(data: bytes, *, where: str) -> tuple[Settings | None, list[Finding]]:
    """`[tool.pressroom]` of a pyproject.toml, or None and all that is wrong with it."""

    def finding(message: str, hint: str) -> Finding:
        return Finding(where=where, message=message, hint=hint)

    text, findings = decode(data, where=where)
    values, found = parse_toml(text, where=where)
    if findings or found:
        return None, findings + found
    table = values.get("tool", {}).get("pressroom")
    if not isinstance(table, dict):
        return None, [finding("has no [tool.pressroom]", "add the table")]
    settings, misfits = fill(Settings, table)
    findings = [finding(f"[tool.pressroom] {misfit.message}", misfit.hint) for misfit in misfits]
    if settings is not None:
        findings += [finding(*problem) for problem in _problems(settings)]
    return (None, findings) if findings else (settings, [])


def _problems(settings: Settings) -> list[tuple[str, str]]:
    """What no type can say, as message and hint."""
    problems = []
    if not _HOST.fullmatch(settings.domain):
        problems.append(
            (f"domain {settings.domain!r} is no host name", "lower case, as in example.org")
        )
    if not _UUID.fullmatch(settings.feed_namespace):
        import uuid  # noqa: PLC0415 - 5 ms that a right one does not cost

        problems.append(
            (
                f"feed_namespace {settings.feed_namespace!r} is no UUID",
                f"take a new one once and never change it: {uuid.uuid4()}",
            )
        )
    if not settings.sites:
        problems.append(("no site", "add [tool.pressroom.sites.hub] with config = 'mkdocs.yml'"))
    if settings.readers is not None and settings.readers.site not in settings.sites:
        problems.append(
            (
                f"readers.site {settings.readers.site!r} is no site",
                f"the sites are {', '.join(settings.sites)}",
            )
        )
    problems += _site_problems(settings.sites)
    problems += _hosting_problems(settings.hosting)
    for key, url in {
        "report": settings.report,
        "security.contact": settings.security.contact,
    }.items():
        scheme = urlsplit(url).scheme
        known = url.removeprefix("site:").partition("/")[0] in settings.sites
        if scheme not in {"https", "mailto"} and not (scheme == "site" and known):
            problems.append((f"{key} {url!r} is no address", "https://…, mailto:… or site:NAME/…"))
    return problems


def _hosting_problems(hosting: Hosting) -> list[tuple[str, str]]:
    """Paths on the server that are none."""
    problems = []
    for field in dataclasses.fields(hosting):
        path = getattr(hosting, field.name)
        if not path.startswith("/") or not path.isprintable() or "/../" in f"{path}/":
            problems.append(
                (
                    f"hosting.{field.name} {path!r} is no path on a server",
                    "start it at the root: /srv/…",
                )
            )
        elif "{" in path.replace("{host}", "") or "}" in path.replace("{host}", ""):
            problems.append(
                (f"hosting.{field.name} {path!r} has a brace", "{host} alone is filled in")
            )
    return problems


def _site_problems(sites: dict[str, Site]) -> list[tuple[str, str]]:
    """Names and labels that do not fit a folder or a host."""
    problems = [
        (f"sites.{name} is no name for a folder", "lower case letters, digits and hyphens")
        for name in sites
        if not _NAME.fullmatch(name)
    ]
    if DEPLOY in sites:
        problems.append((f"sites.{DEPLOY} is the folder of server configurations", "rename it"))
    labels = [site.label for site in sites.values()]
    for name, site in sites.items():
        if not _LABEL.fullmatch(site.label) or labels.count(site.label) > 1:
            problems.append(
                (f"sites.{name}.label {site.label!r} is no label of its own", "one host a site")
            )
    return problems

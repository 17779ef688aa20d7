"""Who takes mail: the server of the user's settings, or in a rehearsal a folder."""

from __future__ import annotations

import dataclasses
import re
import secrets
from pathlib import Path
from typing import TYPE_CHECKING

from pressroom.errors import ConfigError, ConfigFindingsError
from pressroom.findings import Finding
from pressroom.release.index.credential import CredentialError, parse_source, read_from
from pressroom.release.places import FILE
from pressroom.world.disk import explained, save_durably
from pressroom.world.mail import submit
from pressroom.world.mail_fate import Fate, Handed, MailServer, Security, Told

if TYPE_CHECKING:
    from collections.abc import Callable

    from pressroom.release.index.credential import Source
    from pressroom.release.index.secret import Secret
    from pressroom.release.outbox.parcel import Envelope
    from pressroom.release.places import MailSettings

_PORTS = {Security.STARTTLS: 587, Security.TLS: 465, Security.NONE: 25}
_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|[0-9a-f:]+")


class ServerPost:
    """The mail server of `[mail]` in the user's configuration."""

    def __init__(self, settings: MailSettings) -> None:
        self.settings = settings
        self._secret: Secret | None = None  # a file descriptor can be read once

    def check(self) -> list[Finding]:
        """All that is wrong with the settings; the password is not read."""
        one = self.settings
        found: list[Finding] = []

        def add(message: str, hint: str) -> None:
            found.append(Finding(where=f"{FILE} [mail]", message=message, hint=hint))

        if not one.server:
            add("no server is named", 'write [mail] server = "smtp.example.org"')
        elif not _HOST.fullmatch(one.server):
            add(f"server {one.server!r} is no host", 'write its name: "smtp.example.org"')
        if not 0 <= one.port <= 65_535:
            add(f"port {one.port} is none", "leave it out: 587, or 465 with tls, or 25 with none")
        if bool(one.user) != bool(one.password):
            add("user and password go together", 'password = "keyring", file:/PATH or fd:NUMBER')
        if one.password and one.security == "none":
            add("no password goes over a connection without TLS", 'security = "starttls" or "tls"')
        if one.password:
            try:
                _source(one.password)
            except ConfigError as error:
                add(error.message, error.hint)
        return found

    def deliver(
        self, envelope: Envelope, data: bytes, *, intent: Callable[[], None], is_private: bool
    ) -> Told:
        """Hand it in. Raises ConfigFindingsError, CredentialError before anybody is asked for anything."""
        if found := self.check():
            raise ConfigFindingsError(found)
        one = self.settings
        security = Security(one.security)
        told = submit(
            MailServer(
                host=one.server,
                port=one.port or _PORTS[security],
                security=security,
                user=one.user,
                password=self._password if one.password else None,
                ca=Path(one.ca).expanduser() if one.ca else None,
            ),
            Handed(data=data, sender=envelope.sender, recipients=envelope.recipients),
            intent=intent,
        )
        return _without_addresses(told, envelope) if is_private else told

    def _password(self) -> str:
        source = _source(self.settings.password)
        if self._secret is None:
            service, user = f"smtp://{self.settings.server}", self.settings.user
            self._secret = read_from(source, service=service, user=user)
        if not _is_plain(self._secret):
            raise CredentialError(
                "this is no password on one line of ASCII",
                where=str(source),
                hint="store the password of the mail account alone and on one line",
            )
        return self._secret.reveal()


def _is_plain(secret: Secret) -> bool:
    """Whether it can be sent; in a function of its own, so that no error is raised beside the value."""
    value = secret.reveal()
    return bool(value) and value.isascii() and value.isprintable()


def _source(text: str) -> Source:
    kind, _, path = text.partition(":")
    is_home = kind == "file" and path.startswith("~/")
    return parse_source(f"file:{Path(path).expanduser()}" if is_home else text)


def _without_addresses(told: Told, envelope: Envelope) -> Told:
    """Servers repeat addresses in what they say."""
    words = told.words
    for address in (*envelope.recipients, *(one.partition("@")[0] for one in envelope.recipients)):
        words = re.sub(re.escape(address), "…", words, flags=re.IGNORECASE)
    return dataclasses.replace(told, words=words)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class FolderPost:
    """A folder that takes every mail, one file each: what a rehearsal sends stays in its world."""

    folder: Path

    def check(self) -> list[Finding]:
        """Nothing stands against it."""
        return []

    def deliver(
        self, envelope: Envelope, data: bytes, *, intent: Callable[[], None], is_private: bool
    ) -> Told:
        """The mail is in a new file."""
        del envelope, is_private
        with explained(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        intent()
        path = self.folder / f"{secrets.token_hex(8)}.eml"
        save_durably(path, data)
        return Told(fate=Fate.SENT, code=250, words=f"kept as {path.name}")

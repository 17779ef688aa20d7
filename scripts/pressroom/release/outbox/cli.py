"""The door of `pressroom outbox`: what releases tell others, listed, shown and sent."""

from __future__ import annotations

import datetime as dt
import json
import os
import sys
from typing import TYPE_CHECKING

import click

from pressroom.errors import ConfigError, ConfigFindingsError, ExitCode, PressroomError
from pressroom.release.outbox import parcel
from pressroom.release.outbox.posts import ServerPost
from pressroom.release.outbox.report import (
    Row,
    exit_of,
    render_plan,
    render_rows,
    row_as_dict,
    rows_of,
    waiting,
    worst,
)
from pressroom.release.outbox.sending import send as send_one
from pressroom.release.outbox.sending import settle
from pressroom.release.outbox.store import Outbox
from pressroom.release.places import FILE, config_home, load_user_settings, state_home

if TYPE_CHECKING:
    from pressroom.release.outbox.store import Item

EPILOG = """\b
Examples:
  pressroom outbox list                           what there is, and what became of it
  pressroom outbox show widget-1.2.0 --github     the text of the release, and the command
  pressroom outbox send widget-1.2.0              hand its mail in; asks once
  pressroom outbox send --despite-doubt widget-1.2.0
      again, after somebody looked and the mail is not there; --arrived says that it is
\b
A mail goes out at most once. Where a connection ended before the answer, nobody knows whether it
did: that is a doubt, it is told, and never tried again by itself.
\b
Exit codes: 1 something is in doubt, refused or damaged; 3 the server did not answer, or takes it later."""

_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON object, for machines.")


@click.group(epilog=EPILOG)
def outbox() -> None:
    """What releases tell others: list it, show it, send its mail at most once."""


def _outbox() -> Outbox:
    return Outbox(state_home(os.environ) / "outbox")


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


@outbox.command(name="list")
@_JSON
def list_items(*, as_json: bool) -> None:
    """What is in the outbox, and what became of each mail."""
    rows = rows_of(_outbox())
    if as_json:
        click.echo(json.dumps({"items": [row_as_dict(row) for row in rows]}, indent=2))
    else:
        click.echo(render_rows(rows))
    _leave(exit_of(rows))


@outbox.command(name="show")
@click.argument("name", metavar="ID")
@click.option("--mail", "what", flag_value="mail", help="The mail, as a server gets it.")
@click.option("--github", "what", flag_value="github", help="The release on GitHub.")
@click.option("--gitlab", "what", flag_value="gitlab", help="The release on GitLab.")
@click.option("--text", "what", flag_value="text", help="The text for mailing lists.  [default]")
@click.option("--chat", "what", flag_value="chat", help="A few words with a link.")
@_JSON
def show(name: str, what: str | None, *, as_json: bool) -> None:
    """Show a message of ID as it was frozen."""
    item = _outbox().load(name)
    default = "text" if parcel.TEXT in item.letter.files else "mail"
    names = {
        "mail": (parcel.MAIL,),
        "github": parcel.GITHUB,
        "gitlab": parcel.GITLAB,
        "text": (parcel.TEXT,),
        "chat": (parcel.CHAT,),
    }[what or default]
    texts = {one: item.read(one).decode("utf-8", "replace") for one in names}
    if as_json:
        click.echo(json.dumps({"id": name, "files": texts}, indent=2, ensure_ascii=False))
        return
    for text in texts.values():
        click.echo(text.replace("\r\n", "\n"), nl=False)
    if len(names) > 1:
        click.echo(f"\nto run it: sh {item.folder / names[-1]}")


@outbox.command(name="send")
@click.argument("name", metavar="[ID]", required=False)
@click.option("--dry-run", is_flag=True, help="Say what would be sent to whom; ask no server.")
@click.option("--yes", is_flag=True, help="Do not ask before a mail goes out.")
@click.option("--despite-doubt", metavar="ID", help="Send ID again: it did not arrive.")
@click.option("--arrived", metavar="ID", help="Do not send ID again: somebody saw that it arrived.")
@_JSON
def send(  # noqa: PLR0913 - the options, as click passes them
    name: str | None,
    despite_doubt: str | None,
    arrived: str | None,
    *,
    dry_run: bool,
    yes: bool,
    as_json: bool,
) -> None:
    """Hand in the mail of ID, or of all that waits, at most once each."""
    if sum(one is not None for one in (name, despite_doubt, arrived)) > 1:
        raise ConfigError(
            "these exclude each other", where="ID, --despite-doubt, --arrived", hint="take one"
        )
    box = _outbox()
    if arrived is not None:
        item = settle(box, arrived, now=_now)
        _tell([Row(id=arrived, state=item.state, item=item)], as_json=as_json)
        return
    chosen = name or despite_doubt
    rows = rows_of(box) if chosen is None else []
    items = [_with_mail(box.load(chosen))] if chosen else waiting(rows)
    post = ServerPost(load_user_settings(config_home(os.environ) / FILE).mail)
    if items and (found := post.check()):
        raise ConfigFindingsError(found)
    if dry_run or not items:
        words = {True: "would be sent", False: "nothing waits to be sent"}[bool(items)]
        click.echo(render_plan(items, post.settings.server, words, as_json=as_json))
        _leave(exit_of(rows))
        return
    if not yes:
        _ask(items, post)
    done = [_sent(box, item, post, is_again=despite_doubt is not None) for item in items]
    rest = [row for row in rows if row.is_bad]
    _tell([*done, *rest], as_json=as_json)
    _leave(worst(done) or exit_of(rest))


def _with_mail(item: Item) -> Item:
    if not item.is_mail:
        raise ConfigError(
            "there is no mail in it",
            where=item.letter.id,
            hint="name a recipient (mail: in the front matter) before the release is made",
        )
    return item


def _ask(items: list[Item], post: ServerPost) -> None:
    if not sys.stdin.isatty():
        raise PressroomError(
            "a mail cannot be taken back, and there is nobody to ask",
            where="standard input",
            hint="start it in a terminal, or with --yes",
        )
    click.echo(render_plan(items, post.settings.server, "is to be sent", as_json=False))
    click.confirm("Send?", abort=True)


def _sent(box: Outbox, item: Item, post: ServerPost, *, is_again: bool) -> Row:
    name = item.letter.id
    try:
        item = send_one(box, name, post, now=_now, despite_doubt=is_again)
    except PressroomError as error:
        if error.exit_code is ExitCode.USAGE:
            raise
        return Row(id=name, state=str(box.load(name).state), item=item, error=error)
    return Row(id=name, state=str(item.state), item=item)


def _tell(rows: list[Row], *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({"items": [row_as_dict(row) for row in rows]}, indent=2))
    else:
        click.echo(render_rows(rows))


def _leave(code: ExitCode) -> None:
    if code:
        sys.exit(code)

"""What is asked of a tag: there, an object of its own, of a commit, and the one that was recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pressroom.release.verifying.model import Check, missing, not_asked, ok, unknown, worst, wrong

if TYPE_CHECKING:
    from pressroom.changelog.published import Published
    from pressroom.release.verifying.keyring import Keyring
    from pressroom.release.verifying.tags import Tag
    from pressroom.world.git import Git

_MOVED = "find out who moved it; put the recorded object back, and tell users"


def check_tag(tag: Tag | None, *, wanted: str) -> Check:
    """Whether the tag is there, annotated, of a commit, and was made under its own name."""
    if tag is None:
        hint = "git fetch --tags in the checkout; if no tag comes, this version is nobody's release"
        return missing(f"no tag {wanted}", hint)
    if not tag.is_annotated:
        return wrong(f"tag {tag.name} is lightweight", "sign the tags of releases: git tag --sign")
    if tag.commit is None or tag.says.get("type") != "commit":
        return wrong(f"tag {tag.name} is of no commit", "look at it: git cat-file -p")
    named = tag.says.get("tag", "")
    if named != tag.name:
        # Nobody can make a signed tag, but everybody with a push can store an old one under a new name.
        return wrong(f"tag {tag.name} was made as {named[:80]!a}", _MOVED)
    return ok(f"{tag.name} {tag.object[:12]}")


def check_signature(tag: Tag | None, *, git: Git, keyring: Keyring) -> Check:
    """Whether an allowed signer signed it, with a key that was good then."""
    if tag is None or not tag.is_annotated:
        return not_asked("there is no object of a tag")
    return keyring.judge_tag(git, tag.object, tag.data)


def check_record(tag: Tag | None, record: Published | None) -> Check:
    """Whether name, object and commit of the tag are those that were recorded when it was released."""
    if record is None:
        return unknown("there is no record of what was published")
    if tag is None:
        return not_asked("there is no tag")
    pairs = (
        ("tag", tag.name, record.tag),
        ("object of the tag", tag.object, record.tag_object),
        ("commit of the tag", tag.commit or "none", record.commit),
    )
    moved = [
        wrong(f"the {what} is {now[:40]}, recorded was {then[:40]}", _MOVED)
        for what, now, then in pairs
        if now != then
    ]
    return worst(moved) if moved else ok(f"object and commit {record.commit[:12]}")

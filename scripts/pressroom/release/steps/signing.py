"""The signed tag, and the key for it: looked at before anything is made, used once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pressroom.findings import Finding
from pressroom.release.recipe import Step, absent, conflict, done, judged
from pressroom.release.steps.objects import release_commit, release_tag
from pressroom.world.disk import explained, save_bytes
from pressroom.world.process import ProgramError, run

if TYPE_CHECKING:
    from pressroom.release.job import Job
    from pressroom.release.recipe import Answer
    from pressroom.world.git import Git


def _signing(job: Job) -> Answer:
    git = job.checkout
    found = [
        Finding(
            where=str(git.folder),
            message=f"git does not know {key}, which commit and tag carry",
            hint=f"git config --global {key} …",
        )
        for key in ("user.name", "user.email")
        if not git.setting(key)
    ]
    key = git.setting("user.signingkey")
    kind = git.setting("gpg.format") or "openpgp"
    if kind == "ssh":
        found += _ssh_key(git, key)
    elif kind == "openpgp":
        found += _gpg_key(job, key or git.setting("user.email") or "")
    return judged(found, f"{kind} key {key}" if key else f"{kind}, the default key")


def _ssh_key(git: Git, key: str | None) -> list[Finding]:
    if not key:
        message, hint = "no key to sign with", "git config user.signingkey ~/.ssh/id_ed25519.pub"
    elif key.startswith(("key::", "ssh-")) or Path(key).expanduser().is_file():
        return []
    else:
        message, hint = f"the signing key {key} is not there", "mend user.signingkey"
    return [Finding(where=str(git.folder), message=message, hint=hint)]


def _gpg_key(job: Job, key: str) -> list[Finding]:
    program = job.checkout.setting("gpg.program") or "gpg"

    def finding(message: str, hint: str) -> list[Finding]:
        return [Finding(where=program, message=message, hint=hint)]

    try:
        listed = run(
            [program, "--batch", "--with-colons", "--list-secret-keys", "--", key],
            cwd=job.checkout.folder,
            environment=job.world.environment,
            timeout=30,
        )
    except ProgramError as error:
        return finding(error.message, "install gnupg, or sign with ssh: git config gpg.format ssh")
    keys = [line.split(":") for line in listed.text.splitlines() if line.startswith("sec:")]
    if not keys:
        hint = "make one, or sign with ssh: git config gpg.format ssh and user.signingkey"
        return finding(f"no secret key for {key!r}", hint)
    # doc/DETAILS of GnuPG: field 2 is the validity, e and r are expired and revoked.
    if all(fields[1] in {"e", "r", "d", "i"} for fields in keys):
        return finding(
            f"the key {key!r} is expired or revoked", "prolong it: gpg --edit-key, expire"
        )
    return []


def _tag_made(job: Job) -> Answer:
    commit, tag = release_commit(job), release_tag(job)
    if tag is None or commit is None:
        return absent("no tag yet")
    git = job.scratch
    where = f"{git.folder} {job.tag}"
    if git.commit_of(tag) != commit:
        hint = "remove that folder while nothing is public, and start again"
        return conflict(Finding(where=where, message="the tag is of another commit", hint=hint))
    verified = git.run(*_allowed(job), "verify-tag", tag)
    if verified.code != 0:
        message = f"the signature does not hold: {verified.tail.splitlines()[-1:]}"
        hint = "mend gpg.ssh.allowedSignersFile or the key's expiry, and start again"
        return conflict(Finding(where=where, message=message, hint=hint))
    return done(f"{tag[:12]}, signed")


def _make_tag(job: Job) -> None:
    """Signed once: a signature is another one each time, so this tag is kept and used again."""
    plan = job.frozen
    who = {
        "GIT_COMMITTER_NAME": plan.name,
        "GIT_COMMITTER_EMAIL": plan.email,
        "GIT_COMMITTER_DATE": f"{plan.epoch} +0000",
    }
    commit = release_commit(job)
    assert commit is not None
    job.scratch.output(
        *("tag", "--sign", "--cleanup=verbatim", "--file=-", plan.tag, commit),
        stdin=plan.tag_message.encode(),
        extra=who,
        timeout=300,
    )


def _allowed(job: Job) -> tuple[str, ...]:
    """Git needs a list of signers to verify an ssh signature; without one, the key we sign with."""
    git = job.scratch
    if git.setting("gpg.format") != "ssh" or git.setting("gpg.ssh.allowedSignersFile"):
        return ()
    key = public_key(git)
    path = job.state.folder / "allowed_signers"
    save_bytes(path, f"{git.setting('user.email')} {key}\n".encode())
    return ("-c", f"gpg.ssh.allowedSignersFile={path}")


def public_key(git: Git) -> str:
    """The public half of the ssh key that git signs with."""
    key = git.setting("user.signingkey") or ""
    if key.startswith(("key::", "ssh-")):
        return key.removeprefix("key::")
    path = Path(key).expanduser()
    public = path if path.suffix == ".pub" else path.with_name(f"{path.name}.pub")
    with explained(public):
        return public.read_text(encoding="utf-8").strip()


check_signing_key = Step(
    name="check-signing-key",
    sentence="There is a key to sign the tag with",
    probe=_signing,
    before_plan=True,
)
make_tag = Step(
    name="make-tag",
    sentence="Sign the tag {tag} aside",
    probe=_tag_made,
    act=_make_tag,
)

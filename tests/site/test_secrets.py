"""Keys, tokens and private files never get into a site, and no message repeats them."""

from __future__ import annotations

import pytest

from pressroom.site.secrets import find_secret_files, find_secrets

# Put together here, so that no tool takes this file for a leak.
KEY = "-----BEGIN " + "{}PRIVATE KEY-----"


@pytest.mark.parametrize(
    ("secret", "kind"),
    [
        (KEY.format(""), "a private key"),
        (KEY.format("RSA "), "a private key"),
        (KEY.format("OPENSSH "), "a private key"),
        (KEY.format("PGP ").replace("KEY-", "KEY BLOCK-"), "a private key"),
        ("pypi-" + "AgEIcHlwaS5vcmcCJDk0ZT", "an upload token of PyPI"),
        ("ghp_" + "a1B2" * 9, "an access token of GitHub"),
        ("gho_" + "a1B2" * 9, "an access token of GitHub"),
        ("github_pat_" + "11ABCDEFG0_" * 4, "an access token of GitHub"),
        ("glpat-" + "a1B2-_" * 4, "an access token of GitLab"),
        ("AKIA" + "ABCDEFGH23456789", "an access key of AWS"),
        ("xoxb-" + "1234567890-abc", "a token of Slack"),
        ("xoxp-" + "1234567890-abc", "a token of Slack"),
    ],
)
@pytest.mark.parametrize("around", ["\n{}\n", '<p>x</p>\n"{}"', "\nkey={}"])
def test_secret_is_found_and_not_shown(secret: str, kind: str, around: str) -> None:
    """Each kind of secret is found at its line, by kind, and its value is in no message."""
    (one,) = find_secrets(around.format(secret).encode(), where="a.js")
    assert ("a.js:2", f"holds what looks like {kind}") == (one.place, one.message)
    assert "remove it, and revoke it if it was ever published or committed" == one.hint
    assert secret[-8:] not in str(one)


@pytest.mark.parametrize(
    "text",
    [
        "the line BEGIN … PRIVATE KEY starts a private key",
        "-----BEGIN PUBLIC KEY-----",
        "tokens start with ghp_ or github_pat_ or pypi-AgEI",
        "sha384-" + "xAKIA" + "ABCDEFGH23456789" * 3,
        "AKIA" + "ABCDEFGH23456789ABC",
        "boxoxb-1234567890123",
    ],
)
def test_talk_of_secrets_is_none(text: str) -> None:
    """Text about keys, public keys and hashes are no findings."""
    assert [] == find_secrets(text.encode(), where="a")


@pytest.mark.parametrize(
    "path",
    [
        ".env",
        "a/.env.local",
        "id_rsa",
        "a/ID_ED25519",
        "a/server.pem",
        "a/Server.KEY",
        ".DS_Store",
        "a/.git/config",
        ".git",
        ".pypirc",
        "a~",
    ],
)
def test_private_file_is_found(path: str) -> None:
    """A file that is private by its name or its folder's is a finding."""
    (one,) = find_secret_files(path, where=path)
    assert "is the name of a private file" in one.message
    assert "keep it out of the site's folders" == one.hint


@pytest.mark.parametrize(
    "path",
    [
        ".well-known/security.txt",
        "environment/index.html",
        "keys/index.html",
        "id_rsa.pub",
        "monkey.html",
        ".nojekyll",
    ],
)
def test_public_file_is_none(path: str) -> None:
    """Well-known files, public keys and words that hold such a name are no findings."""
    assert [] == find_secret_files(path, where=path)

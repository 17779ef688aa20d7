"""What stands in for certbot in the Debian of the test: the same arguments, a throw-away authority, and a real challenge.

It runs under that Debian's own Python. Debian's certbot reads the arguments, so what it would refuse is refused. Then each host
is asked for the answer to a challenge as the authority would (RFC 8555, 8.3): over plain http, by its name.
"""

from __future__ import annotations

import datetime as dt
import json
import secrets
import subprocess
import sys
import urllib.request
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

AUTHORITY = Path("/root/authority")
CERTBOT = Path("/etc/letsencrypt")
DAYS = 90


def main() -> None:
    """`certbot certonly …` and `certbot renew --dry-run`."""
    from certbot._internal import cli  # type: ignore[import-not-found]  # noqa: PLC0415 - Debian's
    from certbot._internal.plugins import disco  # type: ignore[import-not-found]  # noqa: PLC0415

    asked = cli.prepare_and_parse_args(disco.PluginsRegistry.find_all(), sys.argv[1:])
    if asked.verb == "renew":
        assert asked.dry_run
        known = sorted((CERTBOT / "renewal").glob("*.json"))
        assert known, "nothing to renew"
        for file in known:
            settings = json.loads(file.read_text())
            challenge(settings["hosts"], Path(settings["folder"]))
            sys.stdout.write(f"{file.stem}: would be renewed\n")
        return
    assert asked.verb == "certonly"
    assert asked.noninteractive_mode
    assert asked.tos
    assert asked.email
    challenge(asked.domains, Path(asked.webroot_path[0]))
    certify(asked.certname, asked.domains)
    (CERTBOT / "renewal").mkdir(exist_ok=True)
    settings = {"hosts": asked.domains, "folder": asked.webroot_path[0]}
    (CERTBOT / "renewal" / f"{asked.certname}.json").write_text(json.dumps(settings))
    subprocess.run(["sh", "-c", asked.deploy_hook], check=True)


def challenge(hosts: list[str], folder: Path) -> None:
    """Every host answers what was just put into the folder."""
    place = folder / ".well-known" / "acme-challenge"
    made = not place.exists()
    place.mkdir(parents=True, exist_ok=True)
    for host in hosts:
        token, answer = secrets.token_urlsafe(32), secrets.token_hex(32)
        (place / token).write_text(answer)
        address = f"http://{host}/.well-known/acme-challenge/{token}"
        with urllib.request.urlopen(address, timeout=10) as said:
            assert said.url == address, f"{host} leads to {said.url}"
            assert said.read().decode() == answer, host
        (place / token).unlink()
    if made:  # as certbot does
        place.rmdir()
        place.parent.rmdir()


def certify(name: str, hosts: list[str]) -> None:
    """A certificate where certbot would put it."""
    authority = x509.load_pem_x509_certificate((AUTHORITY / "ca.pem").read_bytes())
    signer = serialization.load_pem_private_key((AUTHORITY / "ca.key").read_bytes(), None)
    assert isinstance(signer, ec.EllipticCurvePrivateKey)
    key = ec.generate_private_key(ec.SECP256R1())
    now = dt.datetime.now(dt.UTC).replace(tzinfo=None)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([]))
        .issuer_name(authority.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(days=DAYS))
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName(host) for host in hosts]), critical=True
        )
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False
        )
        .add_extension(
            x509.ExtendedKeyUsage([x509.ObjectIdentifier("1.3.6.1.5.5.7.3.1")]), critical=False
        )
        .sign(signer, hashes.SHA256())
    )
    folder = CERTBOT / "live" / name
    folder.mkdir(parents=True)
    for parent in (CERTBOT / "live", folder):
        parent.chmod(0o700)
    pem = serialization.Encoding.PEM
    (folder / "fullchain.pem").write_bytes(certificate.public_bytes(pem))
    private = key.private_bytes(
        pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "privkey.pem").write_bytes(private)
    (folder / "privkey.pem").chmod(0o600)


if __name__ == "__main__":
    main()

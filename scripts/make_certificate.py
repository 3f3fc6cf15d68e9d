"""Make a certificate for a local network, where no public authority gives one: phones need HTTPS for the field app.

Usage: make_certificate.py FOLDER NAME [NAME …]

NAME is a host name or an address under which phones reach the server. Writes into FOLDER:

  ca.crt      the office's own authority: to be installed on each phone, once
  ca.key      its key: keep it off the server; who has it can imitate any site to these phones
  server.crt  the certificate for the names, valid for 397 days, and the authority's
  server.key  its key, for the server (TLS_CERTIFICATE=server.crt TLS_KEY=server.key)

An authority that is in FOLDER already is used again: phones need not be touched when the certificate is renewed.
"""

import ipaddress
import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

CA_YEARS = 10
#: browsers accept no longer life
SERVER_DAYS = 397
EARLIER = timedelta(hours=1)

Key = ec.EllipticCurvePrivateKey


def name_of(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def subject_names(names: list[str]) -> x509.SubjectAlternativeName:
    """Return the names as certificates hold them: addresses apart from host names."""
    found: list[x509.GeneralName] = []
    for name in names:
        try:
            found.append(x509.IPAddress(ipaddress.ip_address(name)))
        except ValueError:
            found.append(x509.DNSName(name))
    return x509.SubjectAlternativeName(found)


def builder(subject: x509.Name, issuer: x509.Name, key: Key, life: timedelta) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - EARLIER)
        .not_valid_after(now + life)
    )


def usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def authority_made(key: Key) -> x509.Certificate:
    name = name_of("Sổ Trạm: local authority")
    made = builder(name, name, key, timedelta(days=365 * CA_YEARS))
    made = made.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    return made.add_extension(usage(signs_certificates=True), critical=True).sign(key, hashes.SHA256())


def server_made(names: list[str], key: Key, authority: x509.Certificate, authority_key: Key) -> x509.Certificate:
    made = builder(name_of(names[0]), authority.subject, key, timedelta(days=SERVER_DAYS))
    made = made.add_extension(subject_names(names), critical=False)
    made = made.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    made = made.add_extension(usage(signs_certificates=False), critical=True)
    made = made.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
    return made.sign(authority_key, hashes.SHA256())


def write(path: Path, content: bytes, mode: int) -> None:
    """Write a file that was never readable for others, not even for a moment."""
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(content)


def pem_of_key(key: Key) -> bytes:
    none = serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, none)


def authority_of(folder: Path) -> tuple[x509.Certificate, Key]:
    """Return the authority in *folder*, made new where there is none."""
    certificate, key_file = folder / "ca.crt", folder / "ca.key"
    if certificate.is_file() and key_file.is_file():
        key = serialization.load_pem_private_key(key_file.read_bytes(), None)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            sys.exit(f"{key_file} holds no key that this program made.")
        return x509.load_pem_x509_certificate(certificate.read_bytes()), key
    if certificate.is_file():
        # A new authority in its place would lock out every phone that trusts this one.
        sys.exit(
            f"{certificate} is there, but not its key: bring {key_file} back from where it is locked away. "
            f"If it is lost, delete {certificate}: a new authority is made, and each phone must be given that one."
        )
    key = ec.generate_private_key(ec.SECP256R1())
    made = authority_made(key)
    write(key_file, pem_of_key(key), 0o600)
    write(certificate, made.public_bytes(serialization.Encoding.PEM), 0o644)
    return made, key


def make(folder: Path, names: list[str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    authority, authority_key = authority_of(folder)
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = server_made(names, key, authority, authority_key)
    chain = certificate.public_bytes(serialization.Encoding.PEM) + authority.public_bytes(serialization.Encoding.PEM)
    write(folder / "server.key", pem_of_key(key), 0o600)
    write(folder / "server.crt", chain, 0o644)


def main(arguments: list[str]) -> None:
    if len(arguments) < 2:
        sys.exit("Usage: make_certificate.py FOLDER NAME [NAME …]")
    folder = Path(arguments[0])
    make(folder, arguments[1:])
    print(f"Made {folder / 'server.crt'} for {', '.join(arguments[1:])}, valid for {SERVER_DAYS} days.")
    print(f"Install {folder / 'ca.crt'} on each phone, then lock {folder / 'ca.key'} away from this machine.")


if __name__ == "__main__":
    main(sys.argv[1:])

"""The sealed file of a phone (docs/field-app.md): only this server opens it, and it proves which phone made it.

A file is read twice: once for the signature over everything, once entry by entry, so that one of 300 MB never lies in
memory whole.
"""

import base64
import hashlib
import json
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import IO, Any
from uuid import UUID

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from django.utils.translation import gettext as _

MAGIC = b"SOTRAM1\n"
VERSION = 1
INFO = b"sotram sealed 1"
CURVE = ec.SECP256R1()
#: order of the curve's group; private keys lie below it
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
POINT_BYTES = 65
SIGNATURE_BYTES = 64
IV_BYTES = 12
HEADER_MAX = 64 * 1024
ENTRY_MAX = 32 * 1024 * 1024
ENTRIES_MAX = 5_000
CHUNK = 1024 * 1024


class BadSeal(ValueError):
    """A file that cannot be opened; ``code`` for programs, the message for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class Header:
    """What a sealed file says of itself. ``raw`` are its bytes, which the signature and every entry cover."""

    raw: bytes
    key_id: str
    ephemeral: bytes
    device: UUID
    entries: int
    start: int


@dataclass(frozen=True)
class Entry:
    """One form or photo out of a sealed file."""

    kind: str
    uuid: str
    sha256: str | None
    body: bytes


# --- Keys -------------------------------------------------------------------------------------------------------------


def spelled(point: bytes) -> str:
    """Return a point as it travels: base64url without padding."""
    return base64.urlsafe_b64encode(point).rstrip(b"=").decode("ascii")


def point_of(text: str) -> bytes:
    """Return the 65 bytes of a public key that travelled. Raises ValueError for what is no point of the curve."""
    if len(text) > 2 * POINT_BYTES or not text.isascii():
        raise ValueError("not a public key")
    point = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if len(point) != POINT_BYTES or point[0] != 4:
        raise ValueError("not an uncompressed point")
    ec.EllipticCurvePublicKey.from_encoded_point(CURVE, point)
    return point


@lru_cache(maxsize=4)
def _private_key(secret: str) -> ec.EllipticCurvePrivateKey:
    """Return the server's key, made of FIELD_KEY: the same one as long as that stays."""
    wide = HKDF(hashes.SHA256(), 48, salt=b"sotram", info=b"field key P-256").derive(secret.encode())
    return ec.derive_private_key(int.from_bytes(wide) % (ORDER - 1) + 1, CURVE)


def _server_point() -> bytes:
    public = _private_key(settings.FIELD_KEY).public_key()
    return public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def seal() -> dict[str, str]:
    """Return the public half of the server's key, as phones get it."""
    point = _server_point()
    return {"key_id": key_id_of(point), "public_key": spelled(point)}


def key_id_of(point: bytes) -> str:
    return hashlib.sha256(point).hexdigest()[:16]


# --- Reading ----------------------------------------------------------------------------------------------------------


def read_header(file: IO[bytes], at: int = 0) -> Header:
    """Return the header of the sealed file that begins at *at*. Raises BadSeal."""
    file.seek(at)
    if file.read(len(MAGIC)) != MAGIC:
        raise BadSeal("sealed.format", _("This is no sealed file of the field app."))
    (length,) = struct.unpack(">I", _exactly(file, 4))
    if length > HEADER_MAX:
        raise BadSeal("sealed.format", _("The sealed file is damaged at its beginning."))
    raw = _exactly(file, length)
    try:
        values: dict[str, Any] = json.loads(raw)
        header = Header(
            raw, str(values["key_id"]), point_of(values["ephemeral"]), UUID(values["device"]), int(values["entries"]),
            at + len(MAGIC) + 4 + length,
        )  # fmt: skip
        version = values["version"]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadSeal("sealed.format", _("The sealed file is damaged at its beginning.")) from error
    if version != VERSION or not 0 <= header.entries <= ENTRIES_MAX:
        raise BadSeal("sealed.version", _("This sealed file was made by another version of the app."))
    if header.key_id != seal()["key_id"]:
        raise BadSeal("sealed.key", _("This file was sealed for another server, or for a key that this one has lost."))
    return header


def goes_on(file: IO[bytes], at: int) -> bool:
    """Tell whether another sealed file follows at *at*."""
    file.seek(at)
    return bool(file.read(1))


def check_signature(file: IO[bytes], header: Header, public_key: str) -> int:
    """Return where the sealed file ends. Raises BadSeal unless the phone with *public_key* has signed exactly it."""
    file.seek(header.start)
    signed = bytearray(header.raw)
    for _place in range(header.entries):
        length = _entry_length(file)
        _exactly(file, IV_BYTES)
        signed += _digest(file, length)
    signature = _exactly(file, SIGNATURE_BYTES)
    end = file.tell()
    key = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, point_of(public_key))
    r, s = int.from_bytes(signature[:32]), int.from_bytes(signature[32:])
    try:
        key.verify(encode_dss_signature(r, s), bytes(signed), ec.ECDSA(hashes.SHA256()))
    except InvalidSignature as error:
        raise BadSeal("sealed.signature", _("The file was not sealed by this phone, or was changed.")) from error
    return end


def entries_of(file: IO[bytes], header: Header) -> Iterator[Entry]:
    """Yield what is in *file*, one entry after the other. Raises BadSeal for one that cannot be opened."""
    file.seek(header.start)
    cipher = AESGCM(_shared_key(header))
    digest = hashlib.sha256(header.raw).digest()
    for place in range(header.entries):
        length = _entry_length(file)
        iv = _exactly(file, IV_BYTES)
        ciphertext = _exactly(file, length)
        try:
            plain = cipher.decrypt(iv, ciphertext, digest + struct.pack(">I", place))
        except InvalidTag as error:
            raise BadSeal("sealed.entry", _("An entry of the sealed file cannot be opened.")) from error
        yield _entry(plain)


def _shared_key(header: Header) -> bytes:
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, header.ephemeral)
    secret = _private_key(settings.FIELD_KEY).exchange(ec.ECDH(), theirs)
    return HKDF(hashes.SHA256(), 32, salt=header.ephemeral + _server_point(), info=INFO).derive(secret)


def _entry(plain: bytes) -> Entry:
    try:
        (length,) = struct.unpack_from(">I", plain)
        meta = json.loads(plain[4 : 4 + length])
        sha256 = meta.get("sha256")
        return Entry(str(meta["kind"]), str(meta["uuid"]), str(sha256) if sha256 else None, plain[4 + length :])
    except (struct.error, ValueError, KeyError, AttributeError, TypeError) as error:
        raise BadSeal("sealed.entry", _("An entry of the sealed file cannot be read.")) from error


def _entry_length(file: IO[bytes]) -> int:
    (length,) = struct.unpack(">I", _exactly(file, 4))
    if length > ENTRY_MAX:
        raise BadSeal("sealed.format", _("An entry of the sealed file is too large."))
    return int(length)


def _exactly(file: IO[bytes], length: int) -> bytes:
    content = file.read(length)
    if len(content) != length:
        raise BadSeal("sealed.format", _("The sealed file ends too early."))
    return content


def _digest(file: IO[bytes], length: int) -> bytes:
    total = hashlib.sha256()
    while length:
        part = _exactly(file, min(CHUNK, length))
        total.update(part)
        length -= len(part)
    return total.digest()

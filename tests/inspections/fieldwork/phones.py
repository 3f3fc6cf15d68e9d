"""A phone for tests: its keys, the sealed files it makes, the pictures it takes."""

import hashlib
import json
import os
import struct
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from PIL import ExifTags, Image
from PIL.TiffImagePlugin import IFDRational

from inspections.fieldwork.sealed import point_of, spelled

CURVE = ec.SECP256R1()


def point(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


@dataclass
class Phone:
    """What a phone keeps to itself, written as docs/field-app.md says."""

    uuid: UUID = field(default_factory=uuid4)
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(CURVE))

    @property
    def public_key(self) -> str:
        return spelled(point(self.key))

    def sealed(self, seal: dict[str, str], entries: list[tuple[dict[str, Any], bytes]], **header: Any) -> bytes:
        """Return a sealed file with *entries* (meta, body) for the server whose *seal* is given."""
        ephemeral = ec.generate_private_key(CURVE)
        server = point_of(seal["public_key"])
        ours = point(ephemeral)
        secret = ephemeral.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(CURVE, server))
        key = HKDF(hashes.SHA256(), 32, salt=ours + server, info=b"sotram sealed 1").derive(secret)
        head = {
            "version": 1,
            "key_id": seal["key_id"],
            "ephemeral": spelled(ours),
            "device": str(self.uuid),
            "person": "inspector",
            "made_at": "2026-11-20T09:05:00+07:00",
            "entries": len(entries),
        } | header
        raw = json.dumps(head).encode()
        out, signed = BytesIO(), bytearray(raw)
        out.write(b"SOTRAM1\n" + struct.pack(">I", len(raw)) + raw)
        for place, (meta, body) in enumerate(entries):
            told = json.dumps(meta).encode()
            iv = os.urandom(12)
            plain = struct.pack(">I", len(told)) + told + body
            sealed = AESGCM(key).encrypt(iv, plain, hashlib.sha256(raw).digest() + struct.pack(">I", place))
            out.write(struct.pack(">I", len(sealed)) + iv + sealed)
            signed += hashlib.sha256(sealed).digest()
        r, s = decode_dss_signature(self.key.sign(bytes(signed), ec.ECDSA(hashes.SHA256())))
        out.write(r.to_bytes(32) + s.to_bytes(32))
        return out.getvalue()


def form(uuid: UUID, body: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    return {"kind": "form", "uuid": str(uuid), "revision": body["revision"]}, json.dumps(body).encode()


def photo(uuid: UUID, content: bytes) -> tuple[dict[str, Any], bytes]:
    return {"kind": "photo", "uuid": str(uuid), "sha256": digest(content), "type": "image/jpeg"}, content


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def picture(
    *, size: tuple[int, int] = (64, 48), at: tuple[float, float] | None = None, kind: str = "JPEG", colour: int = 30
) -> bytes:
    """A picture; *at* (lon, lat) is what the camera writes into it, with the moment and its own name."""
    image = Image.new("RGB", size, (200, colour, 30))
    exif = Image.Exif()
    if at is not None:
        lon, lat = at
        exif[ExifTags.Base.Make], exif[ExifTags.Base.Model] = "Samsung", "SM-A556E"
        exif[ExifTags.Base.Orientation] = 6
        exif.get_ifd(ExifTags.IFD.Exif).update(
            {ExifTags.Base.DateTimeOriginal: "2026:11:20 08:41:07", ExifTags.Base.OffsetTimeOriginal: "+07:00"}
        )
        exif.get_ifd(ExifTags.IFD.GPSInfo).update(
            {
                ExifTags.GPS.GPSLatitudeRef: "N" if lat >= 0 else "S",
                ExifTags.GPS.GPSLatitude: _sexagesimal(abs(lat)),
                ExifTags.GPS.GPSLongitudeRef: "E" if lon >= 0 else "W",
                ExifTags.GPS.GPSLongitude: _sexagesimal(abs(lon)),
                ExifTags.GPS.GPSHPositioningError: IFDRational(45, 10),
            }
        )
    file = BytesIO()
    image.save(file, kind, **({"exif": exif} if kind == "JPEG" else {}))
    return file.getvalue()


def _sexagesimal(degrees: float) -> tuple[IFDRational, IFDRational, IFDRational]:
    whole = int(degrees)
    minutes = int((degrees - whole) * 60)
    seconds = (degrees - whole - minutes / 60) * 3600
    return IFDRational(whole), IFDRational(minutes), IFDRational(round(seconds * 10_000), 10_000)

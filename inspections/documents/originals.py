"""Signed originals as they are handed in: which formats, how large, with which digest."""

import hashlib
from collections.abc import Iterator
from datetime import date

from django.core.files.uploadedfile import UploadedFile
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

ORIGINAL_MAX_BYTES = 50 * 2**20
#: how the files begin that may be an original: PDF, JPEG, PNG, TIFF
SIGNATURES = {
    b"%PDF-": "application/pdf",
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"II*\x00": "image/tiff",
    b"MM\x00*": "image/tiff",
}


def kind_of(file: UploadedFile) -> str | None:
    """Return the format of *file* by its first bytes, None for one that is no original."""
    file.seek(0)
    start = file.read(8)
    file.seek(0)
    return next((kind for mark, kind in SIGNATURES.items() if start.startswith(mark)), None)


def chunks_of(file: UploadedFile) -> Iterator[bytes]:
    """Yield the bytes of *file* from its beginning."""
    file.seek(0)
    yield from file.chunks()


def digest_of(file: UploadedFile) -> str:
    """Return the SHA-256 of *file*."""
    digest = hashlib.sha256()
    for chunk in chunks_of(file):
        digest.update(chunk)
    return digest.hexdigest()


def what_is_wrong(file: UploadedFile | None) -> str:
    """Return why *file* is no original, in words; empty where it is one."""
    if file is None:
        return _("Choose the signed file.")
    if (file.size or 0) > ORIGINAL_MAX_BYTES:
        return _("A file may have at most %(mb)s MB.") % {"mb": ORIGINAL_MAX_BYTES // 2**20}
    if kind_of(file) is None:
        return _("An original is a PDF, or a scan as JPEG, PNG or TIFF.")
    return ""


def day_in(text: str) -> date | None:
    """Return the day a form's field holds, None where it holds none."""
    try:
        return parse_date(text)
    except ValueError:
        return None

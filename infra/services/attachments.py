"""Files kept under their SHA-256: the bytes once, below ``ATTACHMENTS_DIR``, a row for each time one was handed in."""

import hashlib
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings

from infra.models import Attachment, Authority, Organization, User


def path_of(sha256: str) -> Path:
    """Return where the bytes with this digest lie."""
    return Path(settings.ATTACHMENTS_DIR) / sha256[:2] / sha256


def display_of(sha256: str) -> Path:
    """Return where the copy to show of the picture with this digest lies, if one could be made."""
    return Path(settings.ATTACHMENTS_DIR) / "display" / sha256[:2] / f"{sha256}.jpg"


def display_keep(sha256: str, content: bytes) -> None:
    """Keep the copy to show of a picture; it can be made again from the original at any time."""
    final = display_of(sha256)
    final.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=final.parent, prefix=".incoming-")
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    Path(name).replace(final)


def bytes_keep(chunks: Iterable[bytes]) -> tuple[str, int]:
    """Keep the bytes of *chunks*; return their SHA-256 and size. A file is complete or not there at all."""
    folder = Path(settings.ATTACHMENTS_DIR)
    folder.mkdir(parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    handle, name = tempfile.mkstemp(dir=folder, prefix=".incoming-")
    arriving = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            for chunk in chunks:
                digest.update(chunk)
                size += len(chunk)
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        final = path_of(digest.hexdigest())
        final.parent.mkdir(exist_ok=True)
        arriving.replace(final)
    finally:
        arriving.unlink(missing_ok=True)
    return digest.hexdigest(), size


def attachment_add(
    *,
    actor: User,
    authority: Authority,
    organization: Organization | None,
    name: str,
    chunks: Iterable[bytes],
    content_type: str = "",
) -> Attachment:
    """Keep a file; call it inside the act that needs it."""
    sha256, size = bytes_keep(chunks)
    return Attachment.objects.create(
        authority=authority,
        organization=organization,
        sha256=sha256,
        name=Path(name).name[:255] or "file",
        content_type=content_type[:100],
        size=size,
        added_by=actor,
    )

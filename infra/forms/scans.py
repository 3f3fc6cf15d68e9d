"""A field for the scan of a paper: which formats, how large."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

SCAN_MAX_BYTES = 20 * 2**20
#: how the files begin that may be a scan
SIGNATURES = {b"%PDF-": "application/pdf", b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png"}


class Scan(forms.FileField):
    """PDF, JPEG or PNG, told by its first bytes and never by its name."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.FileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"}))
        super().__init__(required=False, max_length=255, **kwargs)

    def clean(self, data: Any, initial: Any = None) -> UploadedFile | None:
        file: UploadedFile | None = super().clean(data, initial)
        if not file:
            return None
        if (file.size or 0) > SCAN_MAX_BYTES:
            raise forms.ValidationError(_("A file may have at most %(mb)s MB.") % {"mb": SCAN_MAX_BYTES // 2**20})
        kind = kind_of(file)
        if kind is None:
            raise forms.ValidationError(_("It is neither PDF nor JPEG nor PNG."))
        file.content_type = kind
        return file


def kind_of(file: UploadedFile) -> str | None:
    """Return the format of *file* by its first bytes, None for another one."""
    file.seek(0)
    start = file.read(8)
    file.seek(0)
    return next((kind for mark, kind in SIGNATURES.items() if start.startswith(mark)), None)

"""PDF of a DOCX by LibreOffice, where it is installed; one conversion at a time, each with a profile of its own."""

import shutil
import subprocess
import tempfile
import threading
from pathlib import Path

from django.utils.translation import gettext as _

PROGRAMS = ("soffice", "libreoffice")
TIMEOUT_S = 60
_one_at_a_time = threading.Lock()


class CannotPrint(RuntimeError):
    """There is no PDF; the message says why and what to do."""


def program() -> str | None:
    """Return LibreOffice's program, None where it is not installed."""
    return next((path for name in PROGRAMS if (path := shutil.which(name))), None)


def pdf_of(docx: bytes) -> bytes:
    """Return the PDF of *docx*. Raises CannotPrint."""
    office = program()
    if office is None:
        raise CannotPrint(_("LibreOffice is not installed on this server: take the DOCX and print it yourself."))
    with _one_at_a_time, tempfile.TemporaryDirectory(prefix="sotram-pdf-") as folder:
        source = Path(folder) / "document.docx"
        source.write_bytes(docx)
        command = [
            office,
            f"-env:UserInstallation=file://{folder}/profile",
            "--headless",
            "--norestore",
            "--convert-to",
            "pdf",
            "--outdir",
            folder,
            str(source),
        ]
        try:
            subprocess.run(command, check=True, capture_output=True, timeout=TIMEOUT_S)  # noqa: S603 -- fixed words
        except (subprocess.SubprocessError, OSError) as error:
            raise CannotPrint(_("LibreOffice could not print the document: %(error)s") % {"error": error}) from error
        result = Path(folder) / "document.pdf"
        if not result.is_file():
            raise CannotPrint(_("LibreOffice wrote no PDF."))
        return result.read_bytes()

"""Filling a template: docxtpl in a sandbox, with dots where nothing is known."""

import zipfile
from collections.abc import Mapping
from io import BytesIO
from typing import Any

from django.utils.translation import gettext as _
from docxtpl import DocxTemplate, Listing
from jinja2 import TemplateError, Undefined
from jinja2.sandbox import SandboxedEnvironment
from lxml.etree import LxmlError

DOTS = "......................"
DOCX_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
#: what an uploaded template may weigh, packed and unpacked
TEMPLATE_MAX_BYTES, UNPACKED_MAX_BYTES = 5 * 2**20, 60 * 2**20
PARTS_MAX = 500


class BadTemplate(ValueError):
    """The template cannot be used; the message says where and why."""


class Dots(Undefined):
    """A name that the template asks for and nobody knows: dots, as on paper."""

    def __str__(self) -> str:
        return DOTS

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self


def filled(value: Any) -> Any:
    """Return *value* with dots for what is empty; texts of several lines keep them."""
    if isinstance(value, Mapping):
        return {key: filled(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [filled(part) for part in value]
    if value is None or value == "":
        return DOTS
    if isinstance(value, str) and "\n" in value:
        return Listing(value.replace("\r", ""))
    return value


def rendered(template: bytes, facts: Mapping[str, Any]) -> bytes:
    """Return *template* filled with *facts* as DOCX. Raises BadTemplate."""
    environment = SandboxedEnvironment(autoescape=True, undefined=Dots)
    try:
        document = DocxTemplate(BytesIO(template))
        document.render(filled(facts), environment)
        stream = BytesIO()
        document.save(stream)
    except TemplateError as error:
        raise BadTemplate(_("The template cannot be filled: %(error)s") % {"error": error}) from error
    except (LxmlError, KeyError, ValueError, TypeError, zipfile.BadZipFile) as error:
        raise BadTemplate(_("The template is no sound DOCX file: %(error)s") % {"error": error}) from error
    return stream.getvalue()


def check_template(content: bytes, facts: Mapping[str, Any]) -> bytes:
    """Look an uploaded template over: a DOCX without macros or links to elsewhere that can be filled with *facts*.

    Returns the sample. Raises BadTemplate.
    """
    if len(content) > TEMPLATE_MAX_BYTES:
        raise BadTemplate(_("A template may have at most %(mb)s MB.") % {"mb": TEMPLATE_MAX_BYTES // 2**20})
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            _check_parts(archive)
    except zipfile.BadZipFile as error:
        raise BadTemplate(_("This is no DOCX file.")) from error
    return rendered(content, facts)


def _check_parts(archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    if len(parts) > PARTS_MAX or sum(part.file_size for part in parts) > UNPACKED_MAX_BYTES:
        raise BadTemplate(_("The file is too large once unpacked."))
    names = {part.filename for part in parts}
    if "word/document.xml" not in names:
        raise BadTemplate(_("This is no DOCX file."))
    if any(name.lower().endswith(("vbaproject.bin", ".exe", ".ole")) for name in names):
        raise BadTemplate(_("A template holds no macros and no embedded programs."))
    for name in names:
        if name.endswith(".rels") and b'TargetMode="External"' in archive.read(name):
            raise BadTemplate(_("A template holds no links to other files or addresses (%(part)s).") % {"part": name})

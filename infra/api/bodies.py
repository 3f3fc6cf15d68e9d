"""JSON bodies: what cannot be read is answered in words."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser as BaseJSONParser


class JSONParser(BaseJSONParser):
    """Reads JSON as the framework does; brackets nested without end are the sender's error, not the server's."""

    def parse(
        self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        try:
            content: dict[str, Any] = super().parse(stream, media_type, parser_context)
        except RecursionError as error:
            raise ParseError(_("The JSON is nested too deeply.")) from error
        except ParseError as error:
            reason = str(error).removeprefix("JSON parse error - ")
            raise ParseError(_("The body cannot be read as JSON: %(reason)s") % {"reason": reason}) from error
        return content

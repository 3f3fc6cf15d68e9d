"""Which format an answer has: ``?format=`` decides, else the Accept header."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from infra.api.problems import WrongParameter


class Negotiation(DefaultContentNegotiation):
    """An unknown ``format`` is a wrong parameter; a known one needs no matching Accept header."""

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        wanted = request.query_params.get("format")
        if wanted is None:
            return super().select_renderer(request, renderers, format_suffix)
        renderers = list(renderers)
        for renderer in renderers:
            if renderer.format == wanted:
                return renderer, renderer.media_type
        known = ", ".join(str(renderer.format) for renderer in renderers)
        raise WrongParameter("format", _("Known formats here: %(known)s.") % {"known": known}, "invalid_choice")

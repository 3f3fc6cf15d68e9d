"""The OpenAPI document, the page that shows it with nothing from another host, the end of unknown addresses."""

from typing import Any

from django.http import HttpRequest, HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase
from django.urls import resolve
from django.utils.translation import gettext as _
from drf_spectacular.renderers import (
    OpenApiJsonRenderer,
    OpenApiJsonRenderer2,
    OpenApiYamlRenderer,
    OpenApiYamlRenderer2,
)
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView
from rest_framework.exceptions import NotFound
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.views import APIView


class SchemaView(SpectacularAPIView):
    """The OpenAPI 3 document; JSON unless YAML is asked for (``?format=yaml``)."""

    renderer_classes = [OpenApiJsonRenderer, OpenApiJsonRenderer2, OpenApiYamlRenderer, OpenApiYamlRenderer2]


class DocsView(SpectacularSwaggerView):
    """The document to browse and try; scripts and styles are ours and carry the page's nonce."""

    url_name = "infra:api-schema"
    template_name = "infra/api_docs.html"


class UnknownAddressView(APIView):
    """Whatever else is asked below /api/: a problem in JSON, not a page; a forgotten slash is added."""

    permission_classes = (AllowAny,)
    authentication_classes = ()

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        path = request.path_info
        if not path.endswith("/") and resolve(f"{path}/").url_name != "api-unknown":
            # 308 keeps the method and the body; Django's own redirect would turn a POST into a GET.
            return HttpResponsePermanentRedirect(request.get_full_path(force_append_slash=True), preserve_request=True)
        return super().dispatch(request, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:  # noqa: ARG002
        raise NotFound(_("There is nothing at this address."))

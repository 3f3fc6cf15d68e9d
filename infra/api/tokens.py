"""Keys for a person's programs: made with name and password, listed, revoked."""

from typing import Any

from axes.handlers.proxy import AxesProxyHandler
from axes.helpers import get_cool_off
from django.conf import settings
from django.contrib.auth import authenticate
from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_serializer
from knox.settings import knox_settings
from rest_framework import serializers, status
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed, ErrorDetail, PermissionDenied, ValidationError
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle, SimpleRateThrottle
from rest_framework.viewsets import GenericViewSet

from infra.api.authentication import TokenAuthentication
from infra.api.collections import Permissions, StrictParameters
from infra.api.problems import Conflict, LockedOut
from infra.models import ApiToken, User
from infra.services.duties import duties_of, words_of
from infra.services.second_factors import WrongCodeError, code_check, has_second_factor
from infra.services.tokens import TooManyTokensError, token_create, token_revoke

Throttles = list[BaseThrottle]
Authenticators = list[BaseAuthentication]


class SignInThrottle(SimpleRateThrottle):
    """Attempts to sign in from one address, over all names; the lockout counts per name."""

    rate = "30/min"
    scope = "tokens"

    def get_cache_key(self, request: Request, view: Any) -> str:  # noqa: ARG002
        return self.cache_format % {"scope": self.scope, "ident": self.get_ident(request)}


class Credentials(serializers.Serializer[Any]):
    """What a token is made from."""

    username = serializers.CharField(max_length=150)
    password = serializers.CharField(max_length=1024, trim_whitespace=False, style={"input_type": "password"})
    otp = serializers.CharField(
        max_length=32,
        required=False,
        allow_blank=True,
        help_text="The authenticator's code or a recovery code, once the person has set up a second factor.",
    )
    name = serializers.CharField(
        max_length=100, required=False, allow_blank=True, default="", help_text="For the list."
    )


class NewToken(serializers.Serializer[Any]):
    """The key, shown this once."""

    id = serializers.CharField()
    key = serializers.CharField(help_text="For the header `Authorization: Token …`.")
    expiry = serializers.DateTimeField()


class TokenRow(serializers.ModelSerializer[ApiToken]):
    """A key of the person, without the key itself."""

    id = serializers.CharField(source="token_key", help_text="How the key starts.")

    class Meta:
        model = ApiToken
        fields = ("id", "name", "created", "expiry", "last_used")


@extend_schema_serializer(many=False)
class TokenPage(serializers.Serializer[Any]):
    """All keys of a person, in the shape of a page."""

    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = TokenRow(many=True)


class TokenViewSet(StrictParameters, GenericViewSet[ApiToken]):
    """Keys of the person who asks. A person has few of them: the list has one page."""

    serializer_class = TokenRow
    lookup_url_kwarg = "id"
    lookup_value_regex = "[A-Za-z0-9_]{1,25}"
    filter_backends = ()
    pagination_class = None

    def get_permissions(self) -> Permissions:
        return [AllowAny() if self.action == "create" else IsAuthenticated()]

    def get_throttles(self) -> Throttles:
        return [SignInThrottle()] if self.action == "create" else []

    def get_authenticators(self) -> Authenticators:
        """Take no notice of who asks for a new key: a stale session or key must not keep a person from signing in."""
        request: Any = self.request  # none while the document is made
        return [] if request is not None and request.method == "POST" else super().get_authenticators()

    def get_authenticate_header(self, request: Request) -> str:
        """Let wrong credentials be 401, though nobody is authenticated by a header here."""
        return TokenAuthentication().authenticate_header(request)

    def get_queryset(self) -> Any:
        return ApiToken.objects.filter(user=self.request.user.pk).order_by("-created")

    @extend_schema(responses={200: TokenPage})
    def list(self, _request: Request, *_args: Any, **_kwargs: Any) -> Response:
        return Response({"next": None, "previous": None, "results": TokenRow(self.get_queryset(), many=True).data})

    @extend_schema(request=Credentials, responses={201: NewToken}, auth=[])
    def create(self, request: Request) -> Response:
        given = Credentials(data=request.data)
        given.is_valid(raise_exception=True)
        values = given.validated_data
        person = _signed_in(request, values["username"], values["password"])
        _ready(person, values.get("otp", ""))
        try:
            token, key = token_create(actor=person, name=values["name"], lifetime=knox_settings.TOKEN_TTL)
        except TooManyTokensError as error:
            most = error.args[0]
            raise Conflict(
                _("There are %(most)s keys, which is the most. Revoke one first.") % {"most": most}
            ) from error
        body = {"id": token.token_key, "key": key, "expiry": token.expiry}
        return Response(NewToken(body).data, status=status.HTTP_201_CREATED, headers={"Cache-Control": "no-store"})

    @extend_schema(parameters=[OpenApiParameter("id", str, OpenApiParameter.PATH)], responses={204: None})
    def destroy(self, request: Request, id: str) -> Response:  # noqa: A002 -- the name in the address
        token = self.get_queryset().filter(token_key=id).first()
        if token is None or not token_revoke(actor=request.user, digest=token.digest):  # type: ignore[arg-type]
            raise Http404
        return Response(status=status.HTTP_204_NO_CONTENT)


def _signed_in(request: Request, username: str, password: str) -> User:
    """Return the person of these credentials; raise LockedOut or AuthenticationFailed, which do not tell who exists."""
    http = request._request  # noqa: SLF001 -- the lockout reads Django's own request
    credentials = {"username": username}
    if not AxesProxyHandler.is_allowed(http, credentials):
        raise _locked(http)
    person = authenticate(http, username=username, password=password)
    if getattr(http, "axes_locked_out", False):
        http.axes_locked_out = False  # type: ignore[attr-defined]  # answered here, not by the middleware's page
        raise _locked(http)
    if not isinstance(person, User) or person.one_time_is_over():
        raise AuthenticationFailed(_("Name or password is wrong."))
    return person


class CodeWanted(ValidationError):
    """The second factor's code is missing or wrong: 401, and the field named."""

    status_code = status.HTTP_401_UNAUTHORIZED

    def __init__(self, message: str, code: str) -> None:
        super().__init__({"otp": [ErrorDetail(message, code)]})


def _ready(person: User, otp: str) -> None:
    """Raise where the person must do something on the page first, or where the second factor's code is not right."""
    duties = duties_of(person)
    if duties:
        raise PermissionDenied(words_of(duties[0]))
    if not has_second_factor(person):
        return
    if not otp:
        raise CodeWanted(_("This account has a second factor: send its code as “otp”."), "required")
    if not code_check(user=person, code=otp):
        raise CodeWanted(str(WrongCodeError()), "invalid")


def _locked(http: Any) -> LockedOut:
    pause = get_cool_off(http) or settings.AXES_COOLOFF_TIME
    return LockedOut(int(pause.total_seconds()))

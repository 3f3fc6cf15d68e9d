"""One's own account: roles, language, keys for programs."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.forms import PasswordChangeForm
from django.contrib.auth.views import PasswordChangeView
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from infra.forms.tokens import TokenForm
from infra.models import ApiToken, Membership
from infra.pages.gate import duty_done
from infra.pages.guard import signed_in
from infra.pages.preferences import our_page
from infra.services.accounts import password_changed
from infra.services.duties import PASSWORD
from infra.services.second_factors import has_second_factor
from infra.services.tokens import TooManyTokensError, token_create, token_revoke


def _page(request: HttpRequest, form: TokenForm, new_key: str = "", status: int = 200) -> HttpResponse:
    memberships = (
        Membership.objects.filter(user=request.user.pk)
        .in_force(timezone.localdate())
        .select_related("organization")
        .prefetch_related("territory")
        .order_by("id")
    )
    tokens = ApiToken.objects.filter(user=request.user.pk).order_by("-created")
    context = {
        "memberships": memberships,
        "tokens": tokens,
        "form": form,
        "new_key": new_key,
        "now": timezone.now(),
        "has_second_factor": has_second_factor(request.user),  # type: ignore[arg-type]
    }
    return render(request, "infra/account.html", context, status=status)


@require_safe
@signed_in
def account(request: HttpRequest) -> HttpResponse:
    """Show the person's roles, choices and keys."""
    return _page(request, TokenForm())


@require_POST
@never_cache
@signed_in
def token_make(request: HttpRequest) -> HttpResponse:
    """Make a key and show it, this one time."""
    form = TokenForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        _row, key = token_create(
            actor=request.user,  # type: ignore[arg-type]
            name=form.cleaned_data["name"],
            lifetime=form.lifetime(),
        )
    except TooManyTokensError as error:
        form.add_error(None, _("You have %(n)s keys, which is the most. Withdraw one first.") % {"n": error.args[0]})
        return _page(request, form, status=409)
    return _page(request, TokenForm(), new_key=key)


@require_POST
@signed_in
def token_withdraw(request: HttpRequest) -> HttpResponse:
    """Withdraw a key of one's own."""
    if not token_revoke(actor=request.user, digest=request.POST.get("digest", "")):  # type: ignore[arg-type]
        raise Http404
    messages.success(request, _("The key is withdrawn. Programs that used it are signed out."))
    return redirect("infra:account")


class NewPasswordForm(PasswordChangeForm):
    """The old password and, twice, the new one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["class"] = "form-control"


class NewPassword(PasswordChangeView):
    """Change one's own password; other sessions of the person end."""

    template_name = "infra/password.html"
    form_class = NewPasswordForm
    success_url = reverse_lazy("infra:account")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        is_duty = self.request.user.one_time_until is not None  # type: ignore[union-attr]
        return {**super().get_context_data(**kwargs), "is_duty": is_duty, "next": self.request.GET.get("next", "")}

    def form_valid(self, form: Any) -> HttpResponse:
        messages.success(self.request, _("The password is changed. Other devices are signed out."))
        response = super().form_valid(form)
        password_changed(user=form.user)
        duty_done(self.request, PASSWORD)
        where = self.request.POST.get("next")
        return redirect(our_page(self.request, where)) if where else response

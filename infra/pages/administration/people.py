"""People: the list, a new account, one person's sheet with roles, keys and what was done to the account."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from infra import access, formats
from infra.forms.administration.people import EndRoleForm, NewPersonForm, PeopleFilters, PersonForm, RoleForm
from infra.forms.plain import ReasonForm
from infra.models import AdministrativeUnit, ApiToken, Membership, User
from infra.pages.administration.acting import act_with_reason, actor_of, authority_of, person_url
from infra.pages.columns import Column
from infra.pages.guard import administers
from infra.pages.listing import Listing, show
from infra.selectors import people as reads
from infra.selectors.acts import act_title
from infra.services import accounts
from infra.services.accounts import RefusedError
from infra.services.people import membership_end, membership_grant
from infra.services.second_factors import has_second_factor, recovery_codes_left, second_factor_reset

STANDINGS = {
    "open": _("In use"),
    "one_time": _("One-time password not changed yet"),
    "one_time_over": _("One-time password has run out"),
    "closed": _("Closed"),
}


def _standing(user: User) -> tuple[str, str]:
    found = reads.standing(user)
    return found.tone, str(STANDINGS[found.code])


def _roles(user: Any) -> str:
    return "; ".join(f"{role.get_role_display()} · {role.organization}" for role in user.roles_today)


PEOPLE = Listing(
    title=_("People"),
    stem="people",
    columns=(
        Column(
            "username", _("User name"), lambda u: u.username, card="title", url=person_url,
            second=lambda u: u.display_name,
        ),
        Column("name", _("Name shown"), lambda u: u.display_name, screen=False),
        Column("email", _("E-mail"), lambda u: u.email, card="hidden"),
        Column("roles", _("Roles"), _roles, card="line"),
        Column("last_login", _("Last signed in"), lambda u: u.last_login, card="hidden"),
        Column("second_factor", _("Second factor"), lambda u: u.has_factor, card="hidden"),
        Column("state", _("State"), lambda u: _standing(u)[1], card="aside", state=_standing),
    ),
    filters=PeopleFilters,
    counted=lambda n: ngettext("%(n)s person", "%(n)s people", n) % {"n": formats.number(n)},
    empty=_("Nobody has an account yet."),
    search_hint=_("User name, name, e-mail"),
    template="infra/administration/people.html",
)  # fmt: skip


@require_safe
@administers
def people(request: HttpRequest) -> HttpResponseBase:
    """List the people whose accounts the authority keeps, or who act for it."""
    return show(request, PEOPLE, reads.people(request.user))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@administers
def person_new(request: HttpRequest) -> HttpResponse:
    """Make an account; its one-time password is shown this once."""
    authority = authority_of(request)
    form = NewPersonForm(request.POST or None, initial={"language": "vi"})
    if request.method == "POST" and form.is_valid():
        user, password = accounts.person_add(actor=actor_of(request), authority=authority, **form.cleaned_data)
        return _sheet(request, user, new_password=password)
    context = {"form": form, "authority": authority, "authorities": reads.authorities_of(request.user)}
    return render(request, "infra/administration/person_new.html", context, status=422 if form.errors else 200)


# --- one person -------------------------------------------------------------------------------------------------------


def _visible(request: HttpRequest, number: int) -> User:
    return get_object_or_404(reads.people(request.user).select_related("authority__organization"), pk=number)


def _editable(request: HttpRequest, number: int) -> User:
    """Return the person whose account may be changed here; 404 where the person cannot even be seen."""
    user = _visible(request, number)
    if not _may_edit(request, user):
        raise Http404
    return user


def _may_edit(request: HttpRequest, user: User) -> bool:
    return user.pk != request.user.pk and User.objects.editable_by(request.user).filter(pk=user.pk).exists()


@require_safe
@administers
def person(request: HttpRequest, number: int) -> HttpResponse:
    """Show one person."""
    return _sheet(request, _visible(request, number))


def _sheet(request: HttpRequest, user: User, *, new_password: str = "", status: int = 200) -> HttpResponse:
    to_end = set(reads.memberships_to_end(request.user).filter(user=user).values_list("pk", flat=True))
    now = timezone.now()
    context = {
        "person": user,
        "standing": _standing(user),
        "may_edit": _may_edit(request, user),
        "is_oneself": user.pk == request.user.pk,
        "roles": [_role_row(one, to_end) for one in reads.memberships_of(user)],
        "tokens": ApiToken.objects.filter(user=user).order_by("-created"),
        "now": now,
        "locked": accounts.locked_addresses(user),
        "has_factor": has_second_factor(user),
        "codes_left": recovery_codes_left(user),
        "acts": [(record, act_title(record.kind)) for record in reads.acts_on(user)],
        "new_password": new_password,
        "one_time_days": accounts.ONE_TIME_DAYS,
    }
    return render(request, "infra/administration/person.html", context, status=status)


def _role_row(one: Membership, to_end: set[int]) -> dict[str, Any]:
    today = timezone.localdate()
    if one.revoked_at or (one.valid_to and one.valid_to < today):
        state, tone = gettext("Ended"), "unknown"
    elif one.valid_from > today:
        state, tone = gettext("To come"), "accent"
    else:
        state, tone = gettext("In force"), "compliant"
    return {
        "membership": one,
        "fields": [str(access.FIELDS.get(code, code)) for code in one.fields],
        "state": state,
        "tone": tone,
        "may_end": one.pk in to_end and tone != "unknown",
    }


@require_http_methods(["GET", "HEAD", "POST"])
@administers
def person_correct(request: HttpRequest, number: int) -> HttpResponse:
    """Correct name, e-mail and language."""
    user = _editable(request, number)
    kept = {name: getattr(user, name) for name in ("display_name", "email", "language")}
    form = PersonForm(request.POST or None, initial=kept)
    if request.method == "POST" and form.is_valid():
        accounts.person_correct(actor=actor_of(request), user=user, **form.cleaned_data)
        messages.success(request, gettext("The account is corrected."))
        return redirect(person_url(user))
    context = {"form": form, "person": user}
    return render(request, "infra/administration/person_correct.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@administers
def role_new(request: HttpRequest, number: int) -> HttpResponse:
    """Give the person a role."""
    user, authority = _visible(request, number), authority_of(request)
    form = RoleForm(request.POST or None, authority=authority)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        foreign = values["organization"].pk != authority.organization_id and not _may_edit(request, user)
        if foreign:
            form.add_error("organization", gettext("Another authority keeps this account and gives its roles."))
        elif _granted(request, user, form, values):
            messages.success(request, gettext("The role is given."))
            return redirect(person_url(user))
    context = {
        "form": form,
        "person": user,
        "authority": authority,
        "authorities": reads.authorities_of(request.user),
        "is_oneself": user.pk == request.user.pk,
    }
    return render(request, "infra/administration/role_new.html", context, status=422 if form.errors else 200)


def _granted(request: HttpRequest, user: User, form: RoleForm, values: dict[str, Any]) -> bool:
    try:
        membership_grant(
            actor=actor_of(request),
            authority=authority_of(request),
            user=user,
            organization=values["organization"],
            role=access.Role(values["role"]),
            reason=values["reason"],
            territory=AdministrativeUnit.objects.filter(pk__in=values["territory"]).defer("boundary"),
            fields=values.get("fields_of_inspection", ()),
            valid_from=values["valid_from"],
            valid_to=values["valid_to"],
        )
    except RefusedError as refused:
        form.add_error(None, str(refused))
        return False
    return True


# --- acts with a reason -----------------------------------------------------------------------------------------------


@require_POST
@never_cache
@administers
def person_act(request: HttpRequest, number: int, name: str) -> HttpResponse:
    """Do one thing to an account; the reason comes with it."""
    user = _editable(request, number)
    if name == "password":
        return _password(request, user)
    carry_out = {"close": _close, "open": _open, "unlock": _unlock, "second-factor": _reset_factor, "key": _key}.get(
        name
    )
    if carry_out is None:
        raise Http404
    return act_with_reason(request, person_url(user), lambda reason: carry_out(request, user, reason))


def _password(request: HttpRequest, user: User) -> HttpResponse:
    form = ReasonForm(request.POST)
    if not form.is_valid():
        messages.error(request, gettext("Write the reason: it stands in the ledger."))
        return redirect(person_url(user))
    password = accounts.password_give(actor=actor_of(request), user=user, reason=form.cleaned_data["reason"])
    return _sheet(request, _visible(request, user.pk), new_password=password)


def _close(request: HttpRequest, user: User, reason: str) -> str:
    accounts.person_close(actor=actor_of(request), user=user, reason=reason)
    return gettext("The account is closed: signed out everywhere, keys withdrawn.")


def _open(request: HttpRequest, user: User, reason: str) -> str:
    accounts.person_open(actor=actor_of(request), user=user, reason=reason)
    return gettext("The account is open again, with its old password.")


def _unlock(request: HttpRequest, user: User, reason: str) -> str:
    accounts.lockout_undo(actor=actor_of(request), user=user, reason=reason)
    return gettext("Signing in is possible again at once.")


def _reset_factor(request: HttpRequest, user: User, reason: str) -> str:
    second_factor_reset(actor=actor_of(request), user=user, reason=reason)
    return gettext(
        "The second factor is taken away. The person signs in with the password alone and sets up a new one."
    )


def _key(request: HttpRequest, user: User, reason: str) -> str:
    digest = request.POST.get("digest", "")
    if not accounts.key_withdraw(actor=actor_of(request), user=user, digest=digest, reason=reason):
        raise Http404
    return gettext("The key is withdrawn. Programs that used it are signed out.")


@require_POST
@administers
def role_end(request: HttpRequest, number: int, membership: int) -> HttpResponse:
    """End a role of the person."""
    user = _visible(request, number)
    one = get_object_or_404(reads.memberships_to_end(request.user), pk=membership, user=user)
    authority = getattr(one.organization, "authority", None) or authority_of(request)
    form = EndRoleForm(request.POST)

    def carry_out(reason: str) -> str:
        on = form.cleaned_data["valid_to"]
        membership_end(actor=actor_of(request), authority=authority, membership=one, reason=reason, on=on)
        return gettext("The role ends on %(day)s.") % {"day": formats.day(on)} if on else gettext("The role has ended.")

    form.is_valid()
    return act_with_reason(request, person_url(user), carry_out, EndRoleForm)

"""Pages of the yearly ratings of security and order: the list, one rating, entering and correcting it."""

from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from infra import formats
from infra.access import Permission, can
from infra.models import User
from infra.pages.columns import Column
from infra.pages.guard import acting_authority, needs
from infra.pages.keyset import Order
from infra.pages.listing import Listing, show
from inspections.forms.ratings import RatingFilters, RatingForm
from inspections.models import RatingResult, SecurityRating
from inspections.selectors.ratings import BASIS, rating_year, ratings
from inspections.services.ratings import AlreadyRatedError, rating_correct, rating_enter

STATES = {RatingResult.MET: "compliant", RatingResult.NOT_MET: "unsafe"}


def rating_url(rating: SecurityRating) -> str:
    return reverse("inspections:rating", args=[rating.pk])


def result_state(rating: SecurityRating) -> tuple[str, str]:
    """Return (state whose symbol fits, word) of a rating's result."""
    if not rating.result:
        return "unknown", _("Not decided")
    return STATES[RatingResult(rating.result)], rating.get_result_display()


COLUMNS = (
    Column(
        "organization",
        gettext_lazy("Enterprise"),
        lambda r: str(r.organization),
        card="title",
        url=rating_url,
        second=lambda r: r.organization.code,
    ),
    Column("year", gettext_lazy("Year"), lambda r: str(r.year), card="aside"),
    Column("registered_on", gettext_lazy("Registered on"), lambda r: r.registered_on, card="hidden"),
    Column(
        "self_assessment", gettext_lazy("Self-assessment"), lambda r: r.get_self_assessment_display(), card="hidden"
    ),
    Column("result", gettext_lazy("Result"), lambda r: result_state(r)[1], state=result_state),
    Column(
        "decision",
        gettext_lazy("Decision"),
        lambda r: r.decision_number,
        second=lambda r: formats.day(r.decision_date) if r.decision_date else "",
    ),
    Column("recognized_by", gettext_lazy("Recognized by"), lambda r: r.recognized_by, card="hidden"),
    Column("certificate_number", gettext_lazy("Certificate"), lambda r: r.certificate_number, card="hidden"),
    Column("notes", gettext_lazy("Notes"), lambda r: r.notes, screen=False),
)

RATINGS = Listing(
    title=gettext_lazy("Ratings of security and order"),
    stem="ratings",
    columns=COLUMNS,
    filters=RatingFilters,
    counted=lambda n: ngettext("%(n)s rating", "%(n)s ratings", n) % {"n": formats.number(n)},
    empty=gettext_lazy("No enterprise has been rated yet."),
    search_hint=gettext_lazy("Enterprise, decision, certificate"),
    order=Order("pk", descending=True),
    template="inspections/ratings.html",
)


@require_safe
@needs(Permission.SEE_INSPECTIONS)
def rating_list(request: HttpRequest) -> HttpResponseBase:
    """List the ratings, newest first."""
    return show(request, RATINGS, ratings(request.user), may_rate=can(request.user, Permission.RUN_CASES))


def _find(request: HttpRequest, pk: int, *, edit: bool = False) -> SecurityRating:
    rows = ratings(request.user)
    if edit:
        rows = rows.editable_by(request.user)  # type: ignore[attr-defined]
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@require_safe
@needs(Permission.SEE_INSPECTIONS)
def rating_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one rating."""
    rating = _find(request, pk)
    may_edit = SecurityRating.objects.editable_by(request.user).filter(pk=rating.pk).exists()
    context = {
        "rating": rating,
        "standing": result_state(rating),
        "period": rating.period,
        "basis": BASIS,
        "may_edit": may_edit,
    }
    return render(request, "inspections/rating.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.RUN_CASES)
def rating_new(request: HttpRequest) -> HttpResponse:
    """Enter the rating of an enterprise for a year."""
    authority = acting_authority(request.user, Permission.RUN_CASES)
    form = RatingForm(request.POST or None, initial={"year": rating_year(timezone.localdate())})
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            rating = rating_enter(
                actor=cast(User, request.user),
                authority=authority,
                organization=values["organization"],
                year=values["year"],
                facts=form.facts(),
                reason=values["reason"],
            )
        except AlreadyRatedError:
            form.add_error("year", _("This enterprise has a rating for that year; correct that one."))
        else:
            messages.success(request, _("The rating is entered."))
            return redirect(rating_url(rating))
    return _form(request, form, None)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.RUN_CASES)
def rating_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down what is now known of a rating."""
    rating = _find(request, pk, edit=True)
    form = RatingForm(request.POST or None, rating=rating)
    if request.method == "POST" and form.is_valid():
        rating_correct(
            actor=cast(User, request.user), rating=rating, facts=form.facts(), reason=form.cleaned_data["reason"]
        )
        messages.success(request, _("Saved."))
        return redirect(rating_url(rating))
    return _form(request, form, rating)


def _form(request: HttpRequest, form: RatingForm, rating: SecurityRating | None) -> HttpResponse:
    status = 400 if form.errors else 200
    return render(request, "inspections/rating_form.html", {"form": form, "rating": rating}, status=status)

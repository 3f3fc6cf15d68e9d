"""Parties of cases: who was charged, what a party is charged with, corrections, duplicates, erasure."""

from typing import Any, cast

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from infra.access import Permission
from infra.models import Organization, User
from infra.pages.guard import needs
from infra.selectors.registers import search
from inspections.casework.parties import CannotDo, correct, erasable_on, erase, merge
from inspections.forms.cases import PersonForm
from inspections.models import PersonParty, ViolationCase
from inspections.pages.case_acts import number_in
from inspections.selectors.parties import cases_of, duplicates_of, persons, same_persons

ROWS = 100


@require_safe
@needs(Permission.RUN_CASES)
def party_list(request: HttpRequest) -> HttpResponseBase:
    """List organizations and persons against whom there are cases."""
    words = request.GET.get("q", "").strip()[:200]
    visible = ViolationCase.objects.visible_to(request.user)
    organizations: Any = Organization.objects.filter(pk__in=visible.values("organization"))
    found: Any = persons(request.user)
    if words:
        organizations = organizations.filter(search(words))
        found = found.filter(search(words) | Q(id_number__startswith=words))
    organizations = organizations.annotate(case_count=Count("cases", filter=Q(cases__in=visible)))
    context = {
        "words": words,
        "organizations": list(organizations.order_by("-case_count", "code")[:ROWS]),
        "persons": list(found.order_by("-case_count", "-pk")[:ROWS]),
    }
    return render(request, "inspections/parties.html", context)


def _person(request: HttpRequest, pk: int) -> PersonParty:
    person = (
        PersonParty.objects.visible_to(request.user).select_related("authority", "merged_into").filter(pk=pk).first()
    )
    if person is None:
        raise Http404
    return person


@needs(Permission.RUN_CASES)
def person_page(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Show a person charged with all cases; correct what was entered."""
    person = _person(request, pk)
    if person.merged_into_id:
        return redirect("inspections:person", pk=person.merged_into_id)
    form, status = PersonForm.of(person), 200
    if request.method == "POST":
        form = PersonForm(request.POST)
        if form.is_valid() and _done(request, lambda: _correct(request, person, form), _("Saved.")):
            return redirect("inspections:person", pk=pk)
        status = 400
    alike = duplicates_of(
        request.user,
        name=person.name,
        id_number=person.id_number,
        birth_year=person.birth_year,
        phone=person.phone,
    )
    context = {
        "person": person,
        "form": form,
        "cases": list(cases_of(None, same_persons(person.pk).values_list("pk", flat=True), request.user)[:ROWS]),
        "alike": [row for row in alike if row.pk != person.pk],
        "erasable_on": erasable_on(person),
        "today": timezone.localdate(),
    }
    return render(request, "inspections/person.html", context, status=status)


def _correct(request: HttpRequest, person: PersonParty, form: PersonForm) -> None:
    correct(actor=cast(User, request.user), person=person, values=form.cleaned_data, reason=_("Corrected"))


def _done(request: HttpRequest, act: Any, words: str) -> bool:
    try:
        act()
    except CannotDo as error:
        messages.error(request, str(error))
        return False
    except PermissionError as error:
        raise Http404 from error
    messages.success(request, words)
    return True


@require_POST
@needs(Permission.RUN_CASES)
def person_merged(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Merge another row into this person."""
    keep = _person(request, pk)
    other = number_in(request.POST.get("absorb", ""))
    absorb = _person(request, other) if other is not None else keep
    reason = request.POST.get("reason", "")[:1000]
    actor = cast(User, request.user)
    _done(request, lambda: merge(actor=actor, keep=keep, absorb=absorb, reason=reason), _("Merged."))
    return redirect("inspections:person", pk=pk)


@require_POST
@needs(Permission.RUN_CASES)
def person_erased(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Erase a person whose time is over."""
    person = _person(request, pk)
    reason = request.POST.get("reason", "")[:1000]
    actor = cast(User, request.user)
    if _done(request, lambda: erase(actor=actor, person=person, reason=reason), _("The personal data were erased.")):
        return redirect("inspections:parties")
    return redirect("inspections:person", pk=pk)


@require_safe
@needs(Permission.RUN_CASES)
def organization_cases(request: HttpRequest, code: str) -> HttpResponseBase:
    """Show an organization with all cases against it."""
    organization = Organization.objects.visible_to(request.user).filter(code=code).first()
    if organization is None:
        raise Http404
    context = {"organization": organization, "cases": list(cases_of(organization.pk, (), request.user)[:ROWS])}
    return render(request, "inspections/organization_cases.html", context)

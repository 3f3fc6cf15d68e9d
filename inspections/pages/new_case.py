"""Opening a case by hand, or from an incident or a complaint, with parties proposed that are known already."""

import dataclasses
from typing import Any, cast

from django.contrib import messages
from django.contrib.gis.geos import Point
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from infra.access import Permission
from infra.models import AdministrativeUnit, Authority, Installation, Organization, PublicReport, User
from infra.pages.guard import acting_authority, needs
from infra.selectors.registers import organizations_offered, units_offered
from inspections.casework.opening import (
    AlreadyOpen,
    CannotOpen,
    CaseDraft,
    case_open,
    draft_from_incident,
    draft_from_report,
)
from inspections.forms.cases import OBJECTS_MAX, RULES_MAX, CaseForm, PersonForm
from inspections.models import Incident, PersonParty
from inspections.pages.case_acts import number_in
from inspections.selectors.law import rules_proposable
from inspections.selectors.parties import duplicates_of, organizations_alike
from inspections.services.parties import organization_add


@needs(Permission.RUN_CASES)
def new_case(request: HttpRequest) -> HttpResponseBase:
    """Show the form of a new case, or open it."""
    person = cast(User, request.user)
    try:
        source = _source(request)
    except AlreadyOpen as error:
        messages.info(request, str(error))
        return redirect("inspections:case", pk=error.case.pk)
    choices: dict[str, Any] = {"organizations": organizations_offered(person), "units": units_offered(person, "")}
    if request.method != "POST":
        form = CaseForm(initial=_initial(request, source), **choices)
        return _shown(request, form, PersonForm(), source)
    form, known = CaseForm(request.POST, **choices), PersonForm(request.POST, prefix="person")
    is_person = request.POST.get("party") == "person"
    if not form.is_valid() or (is_person and not known.is_valid()):
        return _shown(request, form, known, source, status=400)
    alike = _alike(request, form, known)
    if alike is not None:
        return _shown(request, form, known, source, status=409, **alike)
    try:
        case = case_open(
            actor=person,
            authority=acting_authority(person, Permission.RUN_CASES),
            draft=_draft(request, form, known, source),
            reason=_("Opened by hand"),
        )
    except CannotOpen as error:
        form.add_error(None, str(error))
        return _shown(request, form, known, source, status=400)
    except PermissionError as error:
        raise Http404 from error
    messages.success(request, _("Case %(number)s is open. Its charge is proposed.") % {"number": case.number})
    return redirect("inspections:case", pk=case.pk)


def _shown(
    request: HttpRequest,
    form: CaseForm,
    known: PersonForm,
    source: CaseDraft | None,
    status: int = 200,
    **alike: Any,
) -> HttpResponseBase:
    known.prefix = "person"
    rules = rules_proposable(timezone.localdate())
    context = {"form": form, "person_form": known, "source": source, "rules": rules, **alike}
    return render(request, "inspections/new_case.html", context, status=status)


def _source(request: HttpRequest) -> CaseDraft | None:
    """Return the draft that an incident or a complaint gives. Raises AlreadyOpen, Http404."""
    given = request.POST if request.method == "POST" else request.GET
    if number := given.get("incident"):
        incident = Incident.objects.visible_to(request.user).filter(number=number).first()
        if incident is None:
            raise Http404
        return draft_from_incident(incident)
    if (pk := number_in(given.get("report", ""))) is not None:
        report = (
            PublicReport.objects.visible_to(request.user).select_related("site__unit", "unit").filter(pk=pk).first()
        )
        if report is None:
            raise Http404
        return draft_from_report(report)
    return None


def _initial(request: HttpRequest, source: CaseDraft | None) -> dict[str, Any]:
    values: dict[str, Any] = {"detected_on": timezone.localdate(), "field": "telecom", "party": "organization"}
    wanted = request.GET.get("installation", "")
    subject = Installation.objects.visible_to(request.user).filter(registry_number=wanted).first() if wanted else None
    if subject is not None:
        values["installations"] = subject.registry_number
        values["organization"] = subject.organization.code
        values["unit"] = subject.unit.code if subject.unit else ""
    if source is not None:
        values |= {
            "field": source.field,
            "detected_on": source.detected_on,
            "organization": source.organization.code if source.organization else "",
            "installations": "\n".join(row.registry_number for row in source.installations),
            "unit": source.unit.code if source.unit else "",
            "place": source.place,
            "lon": source.position.x if source.position else None,
            "lat": source.position.y if source.position else None,
            "summary": source.summary,
        }
    return values


def _alike(request: HttpRequest, form: CaseForm, known: PersonForm) -> dict[str, Any] | None:
    """Return the parties that may be meant, unless the person chose one of them or said that it is another."""
    if request.POST.get("same"):
        return None
    if form.cleaned_data["party"] == "person":
        values = known.cleaned_data
        if not values.get("name"):
            known.add_error("name", _("A person has a name."))
            return {"persons_alike": []}
        found = duplicates_of(
            request.user,
            name=values["name"],
            id_number=values["id_number"],
            birth_year=values["birth_year"],
            phone=values["phone"],
        )
        return {"persons_alike": found} if found else None
    if form.cleaned_data["party"] == "new_organization":
        alike = organizations_alike(form.cleaned_data["organization_name"], form.cleaned_data["tax_code"])
        return {"organizations_alike": alike} if alike else None
    return None


def _draft(request: HttpRequest, form: CaseForm, known: PersonForm, source: CaseDraft | None) -> CaseDraft:
    """Return what was entered as a draft. Raises CannotOpen for an installation nobody knows."""
    person, values = cast(User, request.user), form.cleaned_data
    authority = acting_authority(person, Permission.RUN_CASES)
    numbers = form.lines("installations", OBJECTS_MAX)
    rows = Installation.objects.visible_to(person).filter(registry_number__in=numbers)
    installations = list(rows.select_related("organization", "unit", "site"))
    unknown = set(numbers) - {row.registry_number for row in installations}
    if unknown:
        raise CannotOpen(_("Not in the register: %(numbers)s") % {"numbers": ", ".join(sorted(unknown))})
    point = Point(values["lon"], values["lat"], srid=4326) if values["lon"] is not None else None
    unit = (
        AdministrativeUnit.objects.filter(code=values["unit"], valid_to__isnull=True).first()
        if values["unit"]
        else None
    )
    first = installations[0] if installations else None
    base = source or CaseDraft(field=values["field"], detected_on=values["detected_on"])
    return dataclasses.replace(
        base,
        field=values["field"],
        detected_on=values["detected_on"],
        violation_on=values["violation_on"],
        rules=form.lines("rules", RULES_MAX),
        organization=_organization(request, form, authority),
        person=_person(request, known, authority) if values["party"] == "person" else None,
        unit=unit or (first.unit if first else None),
        place=values["place"],
        position=point or (first.position if first else None) or base.position,
        summary=values["summary"],
        installations=installations,
    )


def _organization(request: HttpRequest, form: CaseForm, authority: Authority) -> Organization | None:
    values, same = form.cleaned_data, request.POST.get("same", "")
    if values["party"] == "person":
        return None
    if values["party"] == "organization":
        return Organization.objects.visible_to(request.user).filter(code=values["organization"]).first()
    if same.startswith("organization:"):
        return Organization.objects.visible_to(request.user).filter(code=same.partition(":")[2]).first()
    return organization_add(
        actor=cast(User, request.user),
        authority=authority,
        name=values["organization_name"],
        tax_code=values["tax_code"],
        address=values["organization_address"],
        reason=_("Party of a case"),
    )


def _person(request: HttpRequest, known: PersonForm, authority: Authority) -> PersonParty:
    pk = number_in(request.POST.get("same", "").removeprefix("person:"))
    if pk is not None:
        found = PersonParty.objects.visible_to(request.user).filter(pk=pk, erased_on__isnull=True).first()
        if found is not None:
            return found.merged_into or found
    return PersonParty(authority=authority, **known.cleaned_data)

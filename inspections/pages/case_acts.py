"""What is done on a case's page: steps, charges, the party's words, hand-over, cases opened with one click."""

from collections.abc import Callable
from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from infra.access import Permission
from infra.models import Attachment, Permit, User
from infra.pages.guard import needs
from infra.services.attachments import path_of
from inspections.casework import answers
from inspections.casework.changes import (
    CannotChange,
    ChargeChange,
    answer_accept,
    answer_refuse,
    case_set_complex,
    cases_hand_over,
    charges_change,
)
from inspections.casework.guards import StepInput
from inspections.casework.opening import AlreadyOpen, CannotOpen, case_open_from_finding, case_open_from_permit
from inspections.casework.situation import open_file
from inspections.casework.steps import StepRefused, case_step_take
from inspections.casework.told import tell
from inspections.documents.originals import day_in
from inspections.forms.steps import AmountField, StepForm
from inspections.models import AnswerKind, CaseAnswer, Finding, StepKind, ViolationCase
from inspections.pages.case_view import context_of
from inspections.pages.cases import find, show_case

#: texts of a form: lines that name circumstances
CIRCUMSTANCES_MAX = 20


def number_in(text: str) -> int | None:
    """Return *text* as the id of a row, None where it is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


@require_POST
@needs(Permission.RUN_CASES)
def case_step(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Take a step; what is not lawful comes back with the form and the reasons."""
    case = find(request, pk)
    kind = request.POST.get("step", "")
    if kind not in StepKind.values:
        raise Http404
    file = open_file(case)
    told = tell(file)
    option = next((step for step in told.next_steps if step.kind == kind), None)
    if option is None:
        why = next((row.why for row in told.blocked_steps if row.kind == kind), _("This step is not possible now."))
        messages.error(request, why)
        return redirect("inspections:case", pk=case.pk)
    form = StepForm(request.POST, step=option, offers=context_of(file, told))
    if not form.is_valid():
        return show_case(request, case, form, 400)
    try:
        given = form.given(number_in(request.POST.get("answer", "")))
        step = case_step_take(actor=cast(User, request.user), case=case, given=given)
    except StepRefused as error:
        for refusal in error.refusals:
            form.add_error(None, refusal.why)
        return show_case(request, find(request, pk), form, 409)
    except PermissionError as error:
        raise Http404 from error
    messages.success(request, _("Entered: %(step)s") % {"step": step})
    for caution in step.details.get("cautions", []):
        messages.warning(request, caution)
    return redirect("inspections:case", pk=case.pk)


@require_POST
@needs(Permission.RUN_CASES)
def case_step_annul(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Annul the last step, with a reason."""
    case = find(request, pk)
    note = request.POST.get("note", "").strip()
    given = StepInput(StepKind.ANNUL, case.detected_on, note=note, step=number_in(request.POST.get("step_id", "")))
    try:
        step = case_step_take(actor=cast(User, request.user), case=case, given=given)
    except StepRefused as error:
        messages.error(request, str(error))
    except PermissionError as error:
        raise Http404 from error
    else:
        messages.success(request, _("Annulled: %(step)s") % {"step": step})
    return redirect("inspections:case", pk=case.pk)


# --- Charges and facts ------------------------------------------------------------------------------------------------


@require_POST
@needs(Permission.RUN_CASES)
def case_charge(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Change a charge's circumstances and amount, add one by rule, or take one out."""
    case = find(request, pk)
    posted, person = request.POST, cast(User, request.user)
    charge = number_in(posted.get("charge", ""))
    if "add" in posted:
        codes = [code for code in (posted.get("rule", "").strip(),) if code]
        return _told(request, case, lambda: charges_change(actor=person, case=case, add=codes), _("Charge added."))
    if charge is None:
        raise Http404
    if "remove" in posted:
        return _told(
            request, case, lambda: charges_change(actor=person, case=case, remove=[charge]), _("Charge taken out.")
        )
    try:
        amount = AmountField(required=False).clean(posted.get("amount_vnd", ""))
    except ValidationError as error:
        messages.error(request, error.messages[0])
        return redirect("inspections:case", pk=case.pk)
    change = ChargeChange(
        charge,
        mitigating=_lines(posted.getlist("mitigating"), posted.get("mitigating_other", "")),
        aggravating=_lines(posted.getlist("aggravating"), posted.get("aggravating_other", "")),
        amount_vnd=amount,
    )
    return _told(
        request, case, lambda: charges_change(actor=person, case=case, changes=[change]), _("Proposal computed anew.")
    )


def _lines(chosen: list[str], other: str) -> list[str]:
    lines = [*chosen, *other.splitlines()]
    return list(dict.fromkeys(line.strip()[:255] for line in lines if line.strip()))[:CIRCUMSTANCES_MAX]


@require_POST
@needs(Permission.RUN_CASES)
def case_complex(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Say that the case is especially serious or complex, or that it is not."""
    case = find(request, pk)
    is_complex = request.POST.get("complex") == "1"
    reason = request.POST.get("reason", "").strip()
    return _told(
        request,
        case,
        lambda: case_set_complex(actor=cast(User, request.user), case=case, is_complex=is_complex, reason=reason[:400]),
        _("Dates computed anew."),
    )


def _told(request: HttpRequest, case: ViolationCase, change: Callable[[], Any], done: str) -> HttpResponseBase:
    """Do *change* and say so; what is not lawful is said in words."""
    try:
        change()
    except CannotChange as error:
        messages.error(request, str(error))
    except PermissionError as error:
        raise Http404 from error
    else:
        messages.success(request, done)
    return redirect("inspections:case", pk=case.pk)


@require_POST
@needs(Permission.SEE_CASES)
def case_handed_over(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Give one case to another officer."""
    case, posted = find(request, pk), request.POST
    receiver = User.objects.filter(username=posted.get("to", ""), is_active=True).first()
    if receiver is None:
        messages.error(request, _("Choose who takes the case over."))
        return redirect("inspections:case", pk=case.pk)
    return _told(
        request,
        case,
        lambda: cases_hand_over(
            actor=cast(User, request.user), cases=[case.pk], to=receiver, reason=posted.get("reason", "")[:1000]
        ),
        _("The case was handed over to %(person)s.") % {"person": receiver},
    )


# --- The party --------------------------------------------------------------------------------------------------------


@require_POST
@needs(Permission.SEE_CASES)
def case_answer(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Take in what the party writes, asks for and files."""
    case, person, posted = find(request, pk), cast(User, request.user), request.POST
    files: Any = request.FILES.getlist("files")
    kind = posted.get("kind", AnswerKind.EXPLANATION)
    if kind not in AnswerKind.values:
        raise Http404
    try:
        saying = answers.Saying(
            posted.get("text", "")[:20_000],
            kind,
            until=day_in(posted.get("until", "")),
            amount_vnd=AmountField(required=False).clean(posted.get("amount_vnd", "")),
        )
        answers.case_answer(actor=person, case=case, saying=saying, files=files)
    except answers.CannotAnswer as error:
        messages.error(request, str(error))
    except PermissionError as error:
        raise Http404 from error
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, _("Your answer has reached the authority."))
    return redirect("inspections:case", pk=case.pk)


@require_POST
@needs(Permission.RUN_CASES)
def case_reply(request: HttpRequest, pk: int, answer_id: int) -> HttpResponseBase:
    """Accept or refuse what the party asked for."""
    case, person, posted = find(request, pk), cast(User, request.user), request.POST
    answer = CaseAnswer.objects.filter(case=case, pk=answer_id).select_related("case").first()
    if answer is None:
        raise Http404
    reply = posted.get("reply", "")[:20_000]
    if "accept" in posted:
        days = number_in(posted.get("days", ""))
        return _told(
            request, case, lambda: answer_accept(actor=person, answer=answer, days=days, reply=reply), _("Accepted.")
        )
    return _told(request, case, lambda: answer_refuse(actor=person, answer=answer, reply=reply), _("Refused."))


@require_safe
@needs(Permission.SEE_CASES)
def case_file(request: HttpRequest, pk: int, sha256: str) -> HttpResponseBase:
    """Give a file that the party filed to whoever may see the case."""
    case = find(request, pk)
    file = Attachment.objects.filter(case_answers__case=case, sha256=sha256).first()
    if file is None or not path_of(file.sha256).is_file():
        raise Http404
    # Whatever the file says it is, a browser only saves it.
    return FileResponse(
        path_of(file.sha256).open("rb"),
        as_attachment=True,
        filename=file.name,
        content_type="application/octet-stream",
    )


# --- One click --------------------------------------------------------------------------------------------------------


@require_POST
@needs(Permission.RUN_CASES)
def finding_case(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Open the case of a finding with one click."""
    finding = Finding.objects.visible_to(request.user).select_related("inspection").filter(pk=pk).first()
    if finding is None:
        raise Http404
    reason = _("Finding of inspection %(number)s") % {"number": finding.inspection.number}
    person = cast(User, request.user)
    back = reverse("inspections:inspection", args=[finding.inspection.uuid])
    return _opened(request, lambda: case_open_from_finding(actor=person, finding=finding, reason=reason), back)


@require_POST
@needs(Permission.RUN_CASES)
def permit_case(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Open the case of an expired certificate with one click."""
    permit = Permit.objects.visible_to(request.user).filter(pk=pk).first()
    if permit is None:
        raise Http404
    reason = _("Permit %(number)s") % {"number": permit.number}
    person = cast(User, request.user)
    back = f"{reverse('infra:permits')}?standing=overdue"
    return _opened(request, lambda: case_open_from_permit(actor=person, permit=permit, reason=reason), back)


def _opened(request: HttpRequest, open_it: Callable[[], ViolationCase], back: str) -> HttpResponseBase:
    try:
        case = open_it()
    except AlreadyOpen as error:
        messages.info(request, str(error))
        return redirect("inspections:case", pk=error.case.pk)
    except CannotOpen as error:
        messages.error(request, str(error))
        return redirect(back)
    except PermissionError as error:
        raise Http404 from error
    messages.success(request, _("Case %(number)s is open. Its charge is proposed.") % {"number": case.number})
    return redirect("inspections:case", pk=case.pk)

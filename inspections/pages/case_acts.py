"""What is done on a case's page: a step taken or annulled, the party's answer, a case opened from a finding."""

from typing import Any, cast

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from infra.access import Permission
from infra.models import Attachment, User
from infra.pages.guard import needs
from infra.services.attachments import path_of
from inspections.casework import answers
from inspections.casework.guards import StepInput
from inspections.casework.opening import AlreadyOpen, CannotOpen, case_open_from_finding
from inspections.casework.situation import open_file
from inspections.casework.steps import StepRefused, case_step_take
from inspections.casework.told import tell
from inspections.forms.steps import StepForm
from inspections.models import Finding, StepKind
from inspections.pages.cases import find, show_case


@require_POST
@needs(Permission.RUN_CASES)
def case_step(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Take a step; what is not lawful comes back with the form and the reasons."""
    case = find(request, pk)
    kind = request.POST.get("step", "")
    if kind not in StepKind.values:
        raise Http404
    told = tell(file := open_file(case))
    option = next((step for step in told.next_steps if step.kind == kind), None)
    if option is None:
        why = next((row.why for row in told.blocked_steps if row.kind == kind), _("This step is not possible now."))
        messages.error(request, why)
        return redirect("inspections:case", pk=case.pk)
    data = request.POST.copy()
    data[f"{kind}-kind"] = kind
    form = StepForm(data, needs=option.needs, offices=file.competent, prefix=kind)
    if not form.is_valid():
        return show_case(request, case, form, 400)
    try:
        step = case_step_take(actor=request.user, case=case, given=form.given())  # type: ignore[arg-type]
    except StepRefused as error:
        for refusal in error.refusals:
            form.add_error(None, refusal.why)
        return show_case(request, find(request, pk), form, 409)
    except PermissionError as error:
        raise Http404 from error
    messages.success(request, _("Entered: %(step)s") % {"step": step})
    return redirect("inspections:case", pk=case.pk)


@require_POST
@needs(Permission.RUN_CASES)
def case_step_annul(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Annul the last step, with a reason."""
    case = find(request, pk)
    note = request.POST.get("note", "").strip()
    given = StepInput(StepKind.ANNUL, case.detected_on, note=note, step=_number(request.POST.get("step_id", "")))
    try:
        step = case_step_take(actor=request.user, case=case, given=given)  # type: ignore[arg-type]
    except StepRefused as error:
        messages.error(request, str(error))
    except PermissionError as error:
        raise Http404 from error
    else:
        messages.success(request, _("Annulled: %(step)s") % {"step": step})
    return redirect("inspections:case", pk=case.pk)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


@require_POST
@needs(Permission.SEE_CASES)
def case_answer(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Take in what the party writes and files."""
    case, person = find(request, pk), cast(User, request.user)
    files: Any = request.FILES.getlist("files")
    try:
        answers.case_answer(
            actor=person, case=case, saying=answers.Saying(request.POST.get("text", "")[:20_000]), files=files
        )
    except answers.CannotAnswer as error:
        messages.error(request, str(error))
    except PermissionError as error:
        raise Http404 from error
    else:
        messages.success(request, _("Your answer has reached the authority."))
    return redirect("inspections:case", pk=case.pk)


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


@require_POST
@needs(Permission.RUN_CASES)
def finding_case(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Open the case of a finding with one click."""
    finding = Finding.objects.visible_to(request.user).select_related("inspection").filter(pk=pk).first()
    if finding is None:
        raise Http404
    reason = _("Finding of inspection %(number)s") % {"number": finding.inspection.number}
    try:
        case = case_open_from_finding(actor=request.user, finding=finding, reason=reason)  # type: ignore[arg-type]
    except AlreadyOpen as error:
        messages.info(request, str(error))
        return redirect("inspections:case", pk=error.case.pk)
    except CannotOpen as error:
        messages.error(request, str(error))
        return redirect(reverse("inspections:inspection", args=[finding.inspection.uuid]))
    except PermissionError as error:
        raise Http404 from error
    messages.success(request, _("Case %(number)s is open. Its charge is proposed.") % {"number": case.number})
    return redirect("inspections:case", pk=case.pk)

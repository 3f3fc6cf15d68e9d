"""What is filled into a paper: plain words and figures, in Vietnamese, whatever language the officer reads.

``NAMES`` says what each name means; the page of the forms lists it for whoever writes a template.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from infra import formats
from infra.models import Authority
from inspections.casework.deadlines import Deadline
from inspections.casework.execution import Account
from inspections.casework.situation import CaseFile
from inspections.casework.steps import default_office
from inspections.documents.words import amount_in_words, date_in_words
from inspections.models import CaseDocument, CaseObject, Charge, FormCode, Signature, Step, StepKind, ViolationCase
from inspections.selectors.law import Competence

LANGUAGE = "vi"
#: what forms are called before their title proper
HEADS = ("Biên bản ", "Quyết định ", "Thông báo ", "Công văn ")

NAMES: dict[str, Any] = {
    "number": gettext_lazy("number of the paper"),
    "mark": gettext_lazy("what is no original: draft, working copy; empty otherwise"),
    "date_words, date, time": gettext_lazy("day of the paper in words and in figures; time, left open"),
    "place": gettext_lazy("place of the letterhead"),
    "form.code, form.title, form.title_tail": gettext_lazy("form: code, title, title without its first word"),
    "authority.name, authority.name_upper, authority.superior": gettext_lazy("the authority and the one above it"),
    "officer.name, officer.title": gettext_lazy("case officer"),
    "office.title, office.title_upper, own_office.title_upper": gettext_lazy("who decides; the authority's own head"),
    "case.number, case.field, case.detected_on, case.summary, case.place": gettext_lazy("the case"),
    "party.is_person, party.name, party.address, party.tax_code, party.representative, party.representative_title": (
        gettext_lazy("the party, an organization")
    ),
    "party.id_number, party.id_issued, party.birth_year, party.occupation, party.nationality": gettext_lazy(
        "the party, a person"
    ),
    "charges[]: text, basis, low, high, amount, mitigating, aggravating": gettext_lazy("behaviours with their frames"),
    "fine, fine_words, main_sanction, sanctions": gettext_lazy("sum decided, in figures and words; sanctions"),
    "mitigating, aggravating, bases[]": gettext_lazy("circumstances; legal bases"),
    "remedies[], open_remedies[]: text, due": gettext_lazy("remedial measures ordered, not carried out yet"),
    "objects[], evidence[]": gettext_lazy("objects and evidence, a line each"),
    "record.number, record.date, decision.number, decision.date, decision.office, served_on": gettext_lazy(
        "earlier papers of the case"
    ),
    "explanation.text, explanation_right": gettext_lazy("the explanation on file; whether there is a right to explain"),
    "hearing_until, explanation_until, hearing_notice_until, decision_until, pay_until": gettext_lazy("deadlines"),
    "comply_days, late_percent": gettext_lazy("time to comply, charge for late payment"),
    "paid, left, left_words, interest": gettext_lazy("the account of the day"),
    "instalments[]: number, due, amount": gettext_lazy("instalments"),
    "until_words, amount, amount_words, note, receiver": gettext_lazy("what was entered with the step"),
    "grounds, statement, witness": gettext_lazy("grounds of a record; what the party says; left open"),
}


def facts_of(file: CaseFile, form: FormCode, paper: CaseDocument | None, step: Step | None) -> dict[str, Any]:
    """Return what is filled into *form* for the case of *file*; *paper* and *step* are None for a draft."""
    with override(LANGUAGE):
        on = paper.dated if paper else file.today
        deadlines = {row.name: row for row in file.deadlines()}
        account = file.account(list(deadlines.values()))
        facts = {
            **_paper(file.case.authority, form, paper, on),
            **_people(file, step),
            **_matter(file),
            **_sanctions(file, step),
            **_dates(file, deadlines),
            **_money(account, file, step),
        }
        return {name: value for name, value in facts.items() if value is not None}


def _paper(authority: Authority, form: FormCode, paper: CaseDocument | None, on: date) -> dict[str, Any]:
    letterhead = authority.letterhead
    name = str(letterhead.get("name") or authority.organization.name)
    return {
        "number": paper.number if paper else f"....../{form.series}" if form.series else "......",
        "mark": _mark(paper),
        "date": formats.day(on),
        "date_words": date_in_words(on),
        "place": letterhead.get("place", ""),
        "form": {"code": form.printed_code, "title": form.name_vi, "title_tail": _tail(form.name_vi)},
        "authority": {
            "name": authority.organization.name,
            "name_upper": name.upper(),
            "superior": letterhead.get("superior", ""),
        },
    }


def _mark(paper: CaseDocument | None) -> Any:
    if paper is None:
        return _("DRAFT")
    if paper.sha256:
        return _("Working copy; the original is the signed file %(digest)s…") % {"digest": paper.sha256[:16]}
    return " "


def _tail(title: str) -> str:
    for head in HEADS:
        if title.startswith(head):
            rest = title.removeprefix(head)
            return rest[:1].upper() + rest[1:]
    return title


def _people(file: CaseFile, step: Step | None) -> dict[str, Any]:
    case, officer = file.case, file.case.officer
    decision = file.decision
    code = (step.fine_authority if step and step.kind != StepKind.TRANSFER else "") or (
        decision.fine_authority if decision else default_office(file.competent)
    )
    return {
        "officer": {"name": str(officer) if officer else "", "title": _("Case officer") if officer else ""},
        "office": _office(file.offices, code),
        "own_office": _office(file.offices, default_office(file.offices)),
        "party": _party(case),
        "receiver": _receiver(file, step),
    }


def _office(offices: Iterable[Competence], code: str) -> dict[str, str]:
    title = next((office.title_vi for office in offices if office.code == code), "")
    return {"title": title, "title_upper": title.upper()}


def _receiver(file: CaseFile, step: Step | None) -> str | None:
    transfer = step if step and step.kind == StepKind.TRANSFER else file.latest(StepKind.TRANSFER)
    if transfer is None:
        return None
    title = _office(file.offices, transfer.fine_authority)["title"]
    named = Authority.objects.filter(code=transfer.fine_authority).select_related("organization").first()
    return title or (named.organization.name if named else transfer.fine_authority) or None


def _party(case: ViolationCase) -> dict[str, Any]:
    person, organization = case.person, case.organization
    if person is not None:
        names = ("name", "address", "id_number", "id_issued", "birth_year", "occupation", "nationality", "phone")
        return {"is_person": True} | {name: getattr(person, name) for name in names}
    if organization is None:
        return {"is_person": False}
    signed = _signatory(case)
    return {
        "is_person": False,
        "name": organization.name,
        "address": organization.address,
        "tax_code": organization.tax_code,
        "representative": signed.name if signed else "",
        "representative_title": signed.title if signed else "",
    }


def _signatory(case: ViolationCase) -> Signature | None:
    """Return who signed the inspection for the party, if anybody did."""
    if case.inspection_id is None:
        return None
    return Signature.objects.filter(inspection=case.inspection_id, refused=False).order_by("id").first()


def _place(case: ViolationCase) -> str:
    """Return where it was: the place as written, and the commune where that does not name it."""
    unit = case.unit.full_name if case.unit else ""
    return case.place if case.place.endswith(unit) else ", ".join(part for part in (case.place, unit) if part)


def _matter(file: CaseFile) -> dict[str, Any]:
    case = file.case
    place = _place(case)
    explanation = file.latest(StepKind.EXPLANATION, StepKind.HEARING)
    facts: dict[str, Any] = {
        "case": {
            "number": case.number,
            "field": case.get_field_display().lower(),
            "detected_on": formats.day(case.detected_on),
            "summary": case.summary,
            "place": place,
        },
        "objects": [object_in_words(row) for row in CaseObject.objects.filter(case=case).order_by("id")] or [place],
        "evidence": _evidence(case),
        "grounds": _grounds(case),
        "explanation_right": file.explanation_right,
        "explanation": {},
    }
    if explanation is not None:
        words = _("the explanation of the party of %(day)s")
        facts["explanation"] = {"text": words % {"day": formats.day(explanation.on)}}
    return facts


def object_in_words(row: CaseObject) -> str:
    """Return an object of a case in one line, with its position."""
    installation = row.installation
    words = row.text
    if installation is not None:
        words = f"{installation.registry_number} {installation.name or installation.code}".strip()
    if row.position is not None:
        words = f"{words} ({formats.coordinates(row.position.x, row.position.y)})"
    return words


def _evidence(case: ViolationCase) -> list[str]:
    evidence, lines = case.evidence, []
    visit = evidence.get("inspection")
    if visit:
        words = _("Record of inspection %(number)s of %(day)s")
        lines.append(words % {"number": visit["number"], "day": formats.day(date.fromisoformat(visit["visited_on"]))})
    photos = evidence.get("photos") or []
    if photos:
        lines.append(_("%(n)s photos, digests: %(digests)s") % {
            "n": len(photos), "digests": ", ".join(photo["sha256"][:12] for photo in photos[:10])
        })  # fmt: skip
    for permit in (evidence.get("register") or {}).get("permits", []):
        expires = permit.get("expires_on")
        until = formats.day(date.fromisoformat(expires)) if expires else "–"
        words = _("Extract of the register: permit %(number)s, expiry %(day)s")
        lines.append(words % {"number": permit["number"], "day": until})
    return lines or [_("The file of case %(number)s") % {"number": case.number}]


def _grounds(case: ViolationCase) -> str:
    if case.inspection is not None:
        return _("the result of inspection %(number)s") % {"number": case.inspection.number}
    return _("the file of case %(number)s, detected on %(day)s") % {
        "number": case.number,
        "day": formats.day(case.detected_on),
    }


def _sanctions(file: CaseFile, step: Step | None) -> dict[str, Any]:
    fine = file.decided_vnd if file.decided_vnd is not None else file.proposed_vnd
    charges = [_charge(charge) for charge in file.charges]
    sanctions = dict.fromkeys(str(text) for charge in file.charges for text in charge.extra_sanctions)
    orders = [row for row in file.remedies if step is None or row.step_id in (None, step.pk) or step.kind == "enforce"]
    texts = dict.fromkeys(str(text) for charge in file.charges for text in charge.remedies)
    ordered = [_remedy(row.text, row.due_on) for row in orders] if file.remedies else []
    if not file.remedies and file.decision is None:
        ordered = [_remedy(text, None) for text in texts]
    return {
        "charges": charges,
        "bases": list(dict.fromkeys(charge.rule.legal_basis for charge in file.charges if charge.rule.legal_basis)),
        "fine": formats.vnd(fine) if fine is not None else None,
        "fine_words": amount_in_words(fine) if fine is not None else None,
        "main_sanction": _("Warning") if fine == 0 else _("Fine"),
        "sanctions": "; ".join(sanctions) or _("none"),
        "mitigating": _joined(text for charge in file.charges for text in charge.mitigating),
        "aggravating": _joined(text for charge in file.charges for text in charge.aggravating),
        "remedies": ordered,
        "open_remedies": [_remedy(row.text, row.due_on) for row in file.open_remedies],
    }


def _joined(texts: Iterable[str]) -> str:
    return "; ".join(dict.fromkeys(texts)) or _("none")


def _charge(charge: Charge) -> dict[str, Any]:
    amount = charge.decided_vnd if charge.decided_vnd is not None else charge.proposed_vnd
    return {
        "text": charge.text_vi,
        "basis": charge.legal_basis,
        "low": formats.vnd(charge.min_vnd) if charge.min_vnd is not None else "",
        "high": formats.vnd(charge.max_vnd) if charge.max_vnd is not None else "",
        "amount": _("Warning") if amount == 0 else formats.vnd(amount) if amount is not None else "",
        "mitigating": _joined(charge.mitigating),
        "aggravating": _joined(charge.aggravating),
    }


def _remedy(text: str, due: date | None) -> dict[str, str]:
    return {"text": text, "due": formats.day(due)} if due else {"text": text}


def _dates(file: CaseFile, deadlines: dict[str, Deadline]) -> dict[str, Any]:
    record, decision, serve = file.latest(StepKind.RECORD), file.decision, file.latest(StepKind.SERVE)
    comply = file.book.clock(decision.on if decision else file.today, "payment")
    longer = int(decision.details.get("comply_days") or 0) if decision else 0
    rate = file.book.clock(file.today, "late_interest")
    return {
        "record": _of_step(record),
        "decision": _of_step(decision)
        | ({"office": _office(file.offices, decision.fine_authority)["title"]} if decision else {}),
        "served_on": formats.day(serve.on) if serve else None,
        "hearing_until": _due(deadlines, "hearing_request"),
        "explanation_until": _due(deadlines, "written_explanation"),
        "hearing_notice_until": _due(deadlines, "hearing_notice"),
        "decision_until": _due(deadlines, "decision"),
        "pay_until": _due(deadlines, "payment"),
        "comply_days": max(longer, int(comply.amount) if comply else 0),
        "late_percent": f"{formats.number(rate.amount)}%" if rate else None,
    }


def _of_step(step: Step | None) -> dict[str, str]:
    return {"number": step.document, "date": formats.day(step.on)} if step else {}


def _due(deadlines: dict[str, Deadline], name: str) -> str | None:
    row = deadlines.get(name)
    return formats.day(row.due) if row else None


def _money(account: Account, file: CaseFile, step: Step | None) -> dict[str, Any]:
    until = date.fromisoformat(step.details["until"]) if step and step.details.get("until") else None
    return {
        "paid": formats.vnd(account.paid_vnd),
        "left": formats.vnd(account.due_vnd),
        "left_words": amount_in_words(account.due_vnd),
        "interest": formats.vnd(account.interest_vnd),
        "instalments": _instalments(step),
        "until_words": date_in_words(until) if until else None,
        "amount": formats.vnd(step.amount_vnd) if step and step.amount_vnd is not None else None,
        "amount_words": amount_in_words(step.amount_vnd) if step and step.amount_vnd is not None else None,
        "note": step.note if step else "",
        "time": "...... giờ ......",
        "today": formats.day(timezone.localdate()),
        "is_suspended": file.is_suspended,
    }


def _instalments(step: Step | None) -> Sequence[dict[str, Any]]:
    parts = step.details.get("instalments", []) if step else []
    return [
        {
            "number": number,
            "due": formats.day(date.fromisoformat(part["due"])),
            "amount": formats.vnd(part["amount_vnd"]),
        }
        for number, part in enumerate(parts, start=1)
    ]

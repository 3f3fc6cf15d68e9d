"""What the acts of this app are called in the ledger."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from inspections.models import StepKind

TITLES: dict[str, Any] = {
    **{f"case.{kind.value}": kind.label for kind in StepKind},
    "case.opened": _("Case opened"),
    "case.answered": _("Answer of the party in a case"),
    "case.handed_over": _("Case handed over"),
    "case.charges": _("Charges of a case changed"),
    "case.complex": _("Case marked as complex"),
    "case.extension": _("Deadline of a case extended"),
    "case.accepted": _("Answer of the party accepted"),
    "case.refused": _("Answer of the party refused"),
    "document.numbered": _("Document of a case numbered"),
    "document.issued": _("Original of a document stored"),
    "document.void": _("Document of a case declared void"),
    "template.added": _("Template of a document added"),
    "template.withdrawn": _("Template of a document withdrawn"),
    "inspection.submitted": _("Inspection filed"),
    "inspection.approved": _("Inspection approved"),
    "inspection.returned": _("Inspection returned"),
    "inspection.set_aside": _("Inspection set aside"),
    "finding.ordered": _("Remedy ordered"),
    "finding.answered": _("Remedy reported"),
    "finding.answer_refused": _("Report of a remedy refused"),
    "finding.remedied": _("Finding remedied"),
    "finding.dismissed": _("Finding dismissed"),
    "campaign.started": _("Campaign started"),
    "campaign.closed": _("Campaign closed"),
    "campaign.reopened": _("Campaign opened again"),
    "checklist.published": _("Checklist published"),
    "checklist.superseded": _("Checklist superseded"),
    "device.registered": _("Phone registered"),
    "device.revoked": _("Phone revoked"),
    "instrument.added": _("Instrument entered"),
    "instrument.changed": _("Instrument corrected"),
    "incident.reported": _("Incident reported"),
    "incident.changed": _("Incident changed"),
    "incident.ended": _("Incident ended"),
    "outages.reported": _("Outages reported"),
    "storm.opened": _("Storm opened"),
    "storm.changed": _("Storm changed"),
    "storm.before": _("Storm: before"),
    "storm.during": _("Storm: during"),
    "storm.after": _("Storm: after"),
    "storm.closed": _("Storm closed"),
}

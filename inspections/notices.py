"""What the notices of this app say."""

from django.utils.translation import gettext_lazy as _

from infra.notices import Words

NOTICES: dict[str, Words] = {
    "inspection.found": Words(
        _("Findings to be remedied"),
        _("%(subject)s, inspection %(number)s: findings to be remedied: %(findings)s."),
        "clipboard-check",
    ),
    "inspection.returned": Words(
        _("Inspection returned"), _("%(subject)s, %(number)s was returned to you: %(reason)s"), "arrow-back-up"
    ),
    "inspection.set_aside": Words(
        _("Inspection set aside"), _("%(subject)s, %(number)s no longer counts: %(reason)s"), "archive"
    ),
    "finding.repeated": Words(
        _("Found again"),
        _("%(subject)s: re-inspection %(number)s found again what was to be remedied: %(findings)s."),
        "alert-triangle",
    ),
    "finding.seen_remedied": Words(
        _("Remedied, seen on the spot"),
        _("%(subject)s: re-inspection %(number)s closes findings: %(findings)s."),
        "circle-check",
    ),
    "finding.answered": Words(
        _("Remedy reported"), _("%(organization)s answers about “%(finding)s” (%(subject)s)."), "message-circle"
    ),
    "finding.ordered": Words(
        _("Remedy ordered"), _("%(subject)s: “%(finding)s” is to be remedied by %(due)s. %(reason)s"), "calendar-event"
    ),
    "finding.answer_refused": Words(
        _("Report of a remedy refused"), _("%(subject)s: “%(finding)s”: %(reason)s"), "arrow-back-up"
    ),
    "finding.remedied": Words(
        _("Finding remedied"), _("%(subject)s: “%(finding)s” is closed. %(reason)s"), "circle-check"
    ),
    "finding.dismissed": Words(
        _("Finding dismissed"), _("%(subject)s: “%(finding)s” is dropped: %(reason)s"), "circle-check"
    ),
    "correction.waiting": Words(
        _("Proposal for the register"),
        _("%(subject)s, inspection %(number)s: decide about “%(proposal)s”. %(reason)s"),
        "edit",
    ),
    "correction.accepted": Words(
        _("Proposal of an inspector accepted"), _("%(subject)s, %(number)s: “%(proposal)s”. %(reason)s"), "circle-check"
    ),
    "correction.refused": Words(
        _("Proposal of an inspector refused"), _("%(subject)s, %(number)s: “%(proposal)s”. %(reason)s"), "circle-x"
    ),
}

"""What acts are called: the code that the ledger keeps, in words. Upper apps name theirs when they are ready."""

from typing import Any

from django.utils.translation import gettext_lazy as _

ACTS: dict[str, Any] = {
    "authority.settings": _("Settings of the authority changed"),
    "correction.accepted": _("Proposed correction accepted"),
    "correction.refused": _("Proposed correction refused"),
    "demo.created": _("Demo data created"),
    "demo.loaded": _("Demo data loaded"),
    "installation.status": _("Status of an installation changed"),
    "list.added": _("Row of a list entered"),
    "list.corrected": _("Row of a list corrected"),
    "list.ended": _("Row of a list ended"),
    "list.verified": _("Row of a list verified"),
    "list.version_added": _("New version of a limit"),
    "membership.ended": _("Role ended"),
    "membership.granted": _("Role given"),
    "organization.added": _("Organization entered"),
    "organization.corrected": _("Organization corrected"),
    "permit.lapsed": _("Certificate lapsed"),
    "permit.registered": _("Certificate registered"),
    "person.added": _("Account made"),
    "person.closed": _("Account closed"),
    "person.corrected": _("Account corrected"),
    "person.key_withdrawn": _("Key for programs withdrawn"),
    "person.opened": _("Account opened again"),
    "person.password_changed": _("Password changed by the person"),
    "person.password_given": _("One-time password set"),
    "person.recovery_codes_renewed": _("Recovery codes renewed by the person"),
    "person.second_factor_removed": _("Second factor removed by the person"),
    "person.second_factor_reset": _("Second factor taken away"),
    "person.second_factor_set": _("Second factor set up by the person"),
    "person.unlocked": _("Block of signing in undone"),
    "reference.loaded": _("Reference data loaded"),
    "register.restored": _("Register restored from a backup"),
    "report.answered": _("Report of a citizen answered"),
    "report.closed": _("Report of a citizen closed"),
    "report.open": _("Report of a citizen opened again"),
    "report.taken": _("Report of a citizen taken up"),
    "site.corrected": _("Site corrected"),
    "mast.corrected": _("Mast corrected"),
    "installation.corrected": _("Installation corrected"),
    "installation.decommissioned": _("Installation decommissioned"),
    "cell.added": _("Cell added"),
    "cell.corrected": _("Cell corrected"),
    "cell.removed": _("Cell taken out"),
    "link.added": _("Link registered"),
    "link.corrected": _("Link corrected"),
    "link.removed": _("Link taken out"),
    "permit.corrected": _("Certificate or permit corrected"),
    "site.merged": _("Duplicate sites merged"),
    "site.moved": _("Site moved"),
    "site.split": _("Merge undone"),
    "submission.accepted": _("File accepted"),
    "submission.applied": _("Registered from a submission"),
    "submission.checked": _("File checked"),
    "submission.checking": _("File being checked"),
    "submission.confirmed": _("Warnings explained"),
    "submission.dropped": _("Rows left out"),
    "submission.failed": _("File could not be registered"),
    "submission.fixed": _("Suggestions taken over"),
    "submission.read_as": _("File read in another way"),
    "submission.received": _("File received"),
    "submission.rejected": _("File refused"),
    "submission.returned": _("File returned"),
    "submission.sent": _("File sent to the authority"),
    "submission.withdrawn": _("File withdrawn"),
    "succession.added": _("Succession of units entered"),
    "succession.verified": _("Succession of units confirmed"),
    "units.imported": _("Units imported"),
    "units.reassigned": _("Sites follow their units"),
}


def name_acts(titles: dict[str, Any]) -> None:
    """Add what an upper app calls its acts."""
    ACTS.update(titles)


def act_title(kind: str) -> str:
    """Return an act's name in the language of the request; an unknown act shows its code."""
    return str(ACTS.get(kind, kind))

"""The words of notices, made in the reader's language when they are read. Upper apps may add their own codes."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Words:
    """A notice's title and sentence; names in them are keys of its facts. ``mailed`` ones go out by e-mail too."""

    title: Any
    text: Any
    icon: str
    mailed: bool = True


NOTICES: dict[str, Words] = {
    "submission.ready": Words(
        _("File checked"), _("“%(file)s” (%(organization)s) has no error left; it can be sent."), "circle-check", False
    ),
    "submission.invalid": Words(
        _("File has errors"), _("“%(file)s” (%(organization)s): rows with errors: %(errors)s."), "alert-circle", False
    ),
    "submission.sent": Words(
        _("File received"), _("%(organization)s sent “%(file)s” (%(receipt)s); it waits for a decision."), "inbox"
    ),
    "submission.accepted": Words(
        _("File registered"), _("“%(file)s” (%(organization)s) is in the register. %(reason)s"), "circle-check"
    ),
    "submission.partly_accepted": Words(
        _("File registered in part"),
        _("Part of “%(file)s” (%(organization)s) is in the register; the other rows were returned. %(reason)s"),
        "circle-check",
    ),
    "submission.returned": Words(
        _("File returned"), _("“%(file)s” (%(organization)s) was returned: %(reason)s"), "arrow-back-up"
    ),
    "submission.rejected": Words(
        _("File refused"), _("“%(file)s” (%(organization)s) was refused: %(reason)s"), "circle-x"
    ),
    "submission.withdrawn": Words(
        _("File withdrawn"), _("%(organization)s took “%(file)s” (%(receipt)s) back."), "arrow-back-up"
    ),
    "submission.failed": Words(
        _("File could not be processed"), _("“%(file)s” (%(organization)s): %(reason)s"), "alert-triangle"
    ),
    "register.correction_sent": Words(
        _("Correction proposed"),
        _("%(file)s (%(organization)s): %(reference)s proposes a correction (%(receipt)s); it waits for a decision."),
        "inbox",
    ),
    "register.corrected": Words(
        _("Register corrected"),
        _("%(file)s (%(organization)s) was corrected as %(reference)s proposed. %(reason)s"),
        "circle-check",
    ),
    "register.correction_refused": Words(
        _("Correction not taken up"),
        _("%(file)s (%(organization)s) stays as it was; %(reference)s had proposed a correction. %(reason)s"),
        "circle-x",
    ),
    "plan.asked": Words(
        _("Planned mast"), _("%(organization)s asks about a mast: %(number)s, %(place)s."), "building-broadcast-tower"
    ),
    "plan.agreed": Words(
        _("Planned mast agreed"), _("%(number)s, %(place)s: agreed. %(reason)s"), "building-broadcast-tower"
    ),
    "plan.share": Words(
        _("Share a standing mast"),
        _("%(number)s, %(place)s: share a standing mast. %(reason)s"),
        "building-broadcast-tower",
    ),
    "plan.refused": Words(
        _("Planned mast refused"), _("%(number)s, %(place)s: refused. %(reason)s"), "building-broadcast-tower"
    ),
    "plan.withdrawn": Words(
        _("Question withdrawn"), _("%(organization)s took %(number)s, %(place)s back."), "building-broadcast-tower"
    ),
    "extension.asked": Words(
        _("More time asked for"),
        _("%(organization)s asks for time until %(until)s to renew %(permit)s: %(reason)s"),
        "calendar-plus",
    ),
    "extension.granted": Words(
        _("More time granted"), _("%(permit)s may be renewed until %(until)s. %(reason)s"), "calendar-check"
    ),
    "extension.refused": Words(
        _("More time refused"), _("%(permit)s: the date %(due)s stays. %(reason)s"), "calendar-x"
    ),
    "extension.withdrawn": Words(
        _("Request withdrawn"), _("%(organization)s no longer asks for more time to renew %(permit)s."), "calendar"
    ),
}


def words_of(code: str, facts: dict[str, Any]) -> tuple[str, str, str]:
    """Return title, sentence and icon of a notice, in the language in force."""
    words = NOTICES[code]
    return str(words.title), (str(words.text) % facts).strip(), words.icon


#: what a notice is about: who, which file, plan or permit, under which receipt
_ABOUT = ("organization", "file", "number", "permit", "receipt")
_SUBJECT_MAX = 150


def subject_of(code: str, facts: dict[str, Any]) -> str:
    """Return the subject of a notice's e-mail: its title and what it is about, on one line."""
    about = ", ".join(str(facts[name]) for name in _ABOUT if facts.get(name))
    subject = " ".join(f"{NOTICES[code].title}: {about}".split()) if about else str(NOTICES[code].title)
    return subject if len(subject) <= _SUBJECT_MAX else subject[: _SUBJECT_MAX - 1] + "…"

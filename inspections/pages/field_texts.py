"""Everything the field app says. The app asks by key (``t("tasks.title")``); both languages lie on the phone.

Places to fill are written ``{name}``. A text that counts by ``{n}`` has a singular and a plural and goes out as a pair.
"""

from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy, override
from django.utils.translation import pgettext_lazy as _in

LANGUAGES: Final = ("vi", "en")


class Counted:
    """A text with singular and plural."""

    def __init__(self, text: Any) -> None:
        self.text = text

    def pair(self) -> list[str]:
        return [str(self.text % {"n": 1}), str(self.text % {"n": 2})]


Words = dict[str, str | Promise | Counted]

FRAME: Words = {
    "app.name": _("Field work"),
    "app.actions": _("What to do next"),
    "app.notice": _in("field app", "Notice"),
    "app.second_window": _("The app is open in another window of this phone."),
    "app.use_here": _("Use it here"),
    "app.insecure": _(
        "This browser opens the app over HTTPS only, for what lies on a phone must be encrypted. Ask the administrator "
        "for the address that begins with https://, and keep the browser up to date."
    ),
    "app.broken": _("Something went wrong in the app. What you wrote is kept. Lock it and open it again."),
    "app.elsewhere": _("The app goes on in another window. This one may be closed."),
    "action.back": _in("field app", "Back"),
    "action.close": _in("field app", "Close"),
    "action.load": _in("field app", "Load"),
    "action.ok": _in("field app", "OK"),
    "action.refresh": _in("field app", "Refresh"),
    "action.sign_in": _("Sign in"),
    "action.skip": _("Skip to content"),
    "action.unlock": _in("field app", "Unlock"),
    "tabs.label": _("Places of work"),
    "tabs.tasks": _in("field app", "Today"),
    "tabs.map": _in("field app", "Map"),
    "tabs.outbox": _in("field app", "Not sent"),
    "tabs.me": _in("field app", "Me"),
    "ago.now": _("just now"),
    "ago.minutes": Counted(ngettext_lazy("{n} minute ago", "{n} minutes ago", "n")),
    "ago.hours": Counted(ngettext_lazy("{n} hour ago", "{n} hours ago", "n")),
    "ago.days": Counted(ngettext_lazy("{n} day ago", "{n} days ago", "n")),
    "strip.offline": _("No line since {time}"),
    "strip.offline_items": Counted(
        ngettext_lazy(
            "Just go on. {n} item waits and is sent by itself.",
            "Just go on. {n} items wait and are sent by themselves.",
            "n",
        )
    ),
    "strip.offline_none": _("Just go on. Nothing waits to be sent."),
    "strip.signed_out": _("The sign-in has expired"),
    "strip.signed_out_items": Counted(
        ngettext_lazy("{n} item is kept on this phone.", "{n} items are kept on this phone.", "n")
    ),
    "strip.signed_out_none": _("You can go on working."),
    "strip.update": _("A new version is ready"),
    "strip.update_below": _("What you have written stays."),
    "storage.full": _(
        "The phone's storage is full. What you typed last is not kept: free some space, then change it once more."
    ),
    "storage.failed": _("The phone could not keep what you typed last. Lock the app and open it again."),
    "storage.damaged": Counted(
        ngettext_lazy(
            "{n} record on this phone is damaged and was left out.",
            "{n} records on this phone are damaged and were left out.",
            "n",
        )
    ),
    "storage.forgets": _(
        "Install the app: Share → Add to Home Screen. Otherwise this browser deletes everything here, drafts too, "
        "after a week without use."
    ),
    "storage.nearly_full": _("The phone's storage is nearly full: send what waits, or free some space."),
}

ENTRANCE: Words = {
    "entrance.title": _("Field work"),
    "entrance.first": _("Sign in once with a line; from then on the app opens without one."),
    "entrance.locked": _("{name}'s work lies on this phone, locked."),
    "entrance.username": _("User name"),
    "entrance.password": _in("field app", "Password"),
    "entrance.pin": _in("field app", "PIN of the day"),
    "entrance.pin_tries": Counted(ngettext_lazy("{n} try left.", "{n} tries left.", "n")),
    "entrance.pin_gone": _("The PIN is no longer valid. Use the password."),
    "entrance.otp": _("One-time code"),
    "entrance.otp_wanted": _("This account has a second factor. Give its one-time code too."),
    "entrance.older": _("Password before the change"),
    "entrance.older_hint": _(
        "The password was changed since this phone was last used. Give the one before once more, so that what lies on "
        "the phone can be read."
    ),
    "entrance.opening": _("Opening…"),
    "entrance.by_password": _("Use the password"),
    "entrance.changed": _("My password was changed"),
    "entrance.with_code": _("I have a one-time code"),
    "entrance.as": _("Open as {name}"),
    "entrance.another": _("Sign in as somebody else"),
    "entrance.again": _("{name}, sign in again. Nothing on the phone is lost in between."),
    "entrance.anew": _("I do not know it any more: begin anew"),
    "entrance.anew_confirm": _(
        "Drafts on this phone cannot be read without the old password and will be deleted. Save the sealed package "
        "first. Delete them?"
    ),
    "entrance.wrong_password": _("That is not right. Look at capitals and the keyboard's language."),
    "entrance.no_line": _("There is no line. The first sign-in on a phone needs one."),
    "entrance.no_server": _("The server does not answer. Try again in a moment."),
    "entrance.later": _("The server cannot answer now. Try again in a moment."),
    "entrance.refused": _("The server does not accept this sign-in."),
    "withdrawn.wiped": _("The office has withdrawn this phone. On {day} everything of yours was deleted from it."),
    "withdrawn.lost": _("Not delivered before that, and lost here: {what}."),
    "withdrawn.nothing_lost": _("Everything that was finished had been delivered."),
    "withdrawn.next": _(
        "A sealed package saved earlier is still of use: hand it in at the office. To work on this phone again, "
        "sign in."
    ),
    "withdrawn.forms": Counted(ngettext_lazy("{n} form", "{n} forms", "n")),
    "withdrawn.pictures": Counted(ngettext_lazy("{n} picture", "{n} pictures", "n")),
    "withdrawn.drafts": Counted(ngettext_lazy("{n} draft", "{n} drafts", "n")),
    "entrance.kept": _("Last opened on {day}. Everything on the phone is encrypted."),
    "entrance.encrypted": _(
        "What lies on this phone is encrypted with your password. Without it nobody can read it, the office neither."
    ),
    "entrance.parcels": Counted(
        ngettext_lazy("{n} finished item is not delivered yet", "{n} finished items are not delivered yet", "n")
    ),
    "entrance.parcels_hint": _("They are sealed for the office: you can save them to a file without unlocking."),
}

TASKS: Words = {
    "tasks.title": _("Today's work"),
    "tasks.campaign": _("Campaign “{title}”"),
    "tasks.count_done": _("{n} done"),
    "tasks.count_left": _("{n} left"),
    "tasks.sort_near": _("Nearest first"),
    "tasks.sort_plan": _("As planned"),
    "tasks.under_way": _("{done}/{total} answered"),
    "tasks.done": _in("field app", "Finished"),
    "tasks.sent": _in("field app", "Delivered"),
    "tasks.due": _("By {day}"),
    "tasks.go_on": _("Continue {name}"),
    "tasks.begin": _("Begin {name}"),
    "tasks.returned": _("Returned: {reason}"),
    "tasks.later": _("Later days"),
    "tasks.planned": _("planned for {day}"),
    "tasks.none": _("No visits are planned for you. Inspect something nearby, or refresh later."),
    "tasks.none_today": _("Nothing is planned for today. What comes later is below."),
    "tasks.none_yet": _("The day's work is not on this phone yet. Refresh while there is a line."),
    "tasks.another": _("Inspect something else"),
    "tasks.newcomer": _("A mast that is not registered"),
    "tasks.fetching": _("Fetching the day's work…"),
    "tasks.fetched": _("Brought along {ago}."),
    "tasks.never_fetched": _("Nothing brought along yet."),
    "tasks.forbidden": _("Your account has no right to inspect. Ask the administrator."),
    "tasks.no_line": _("The server did not answer."),
    "find.label": _("Name, code or operator"),
    "find.count": Counted(ngettext_lazy("{n} found", "{n} found", "n")),
    "find.none": _("Nothing on this phone matches “{text}”."),
    "find.nothing_here": _("Nothing around is on this phone yet. Refresh while there is a line."),
    "find.truncated": _("There are more sites in this area than a phone takes along."),
    "map.label": _("Map of the tasks; the list of today's work holds the same"),
    "map.here": _("Your position {accuracy}"),
    "map.closer": _("Zoom in"),
    "map.farther": _("Zoom out"),
    "map.to_me": _("To my position"),
    "map.all": _("Show all tasks"),
}

SUBJECT: Words = {
    "subject.unnamed": _("Without a name"),
    "subject.gone": _("This is not on the phone any more."),
    "subject.number": _("Registry number"),
    "subject.code": _("Operator's code"),
    "subject.operator": _in("field app", "Operator"),
    "subject.owner": _("Owner of the mast"),
    "subject.address": _in("field app", "Address"),
    "subject.position": _("Registered position"),
    "subject.height": _("Height of the mast"),
    "subject.structure": _in("field app", "Structure"),
    "subject.cells": _in("field app", "Cells"),
    "subject.findings": _("Earlier findings"),
    "subject.findings_open": Counted(ngettext_lazy("{n} is open", "{n} are open", "n")),
    "subject.last": _("Last inspection"),
    "subject.until": _("until {day}"),
    "subject.bearing": _("{distance} to the {way}"),
    "subject.navigate": _("Navigate"),
    "subject.on_map": _("On the map"),
    "subject.begin": _("Begin the inspection"),
    "subject.go_on": _("Continue the inspection"),
    "subject.see": _("See the inspection"),
    "subject.no_checklist": _("No checklist is in force for this."),
    "way.n": _("north"),
    "way.ne": _("north-east"),
    "way.e": _("east"),
    "way.se": _("south-east"),
    "way.s": _("south"),
    "way.sw": _("south-west"),
    "way.w": _("west"),
    "way.nw": _("north-west"),
    "result.pass": _("Pass"),
    "result.pass_with_remarks": _("Pass with remarks"),
    "result.fail": _("Fail"),
    "newcomer.hint": _("Stand at the foot of the mast. What you know is proposed to the register; the visit follows."),
    "newcomer.here": _("The mast is taken to stand here, {accuracy}."),
    "newcomer.vague": _("That is vague: wait under the open sky if you can."),
    "newcomer.near": _("Registered nearby: is it one of these?"),
    "newcomer.name": _("What to call it"),
    "newcomer.owner": _("Owner, if known"),
    "newcomer.operators": _("Operators seen, separated by commas"),
    "newcomer.address": _("Address or description of the place"),
    "newcomer.height_m": _("Height, estimated (m)"),
    "newcomer.structure": _in("field app", "Structure"),
    "newcomer.not_known": _in("field app", "not known"),
    "newcomer.note": _in("field app", "Remarks"),
    "newcomer.checklist": _("Checklist"),
    "newcomer.begin": _("Begin the inspection"),
    "newcomer.no_position": _("The phone does not know yet where it is. Wait for the position under the open sky."),
    "newcomer.bad_height": _("“{text}” is no height of a mast in metres (up to 500)."),
    "structure.self_supporting": _("Self-supporting tower"),
    "structure.guyed": _("Guyed mast"),
    "structure.monopole": _("Monopole"),
    "structure.rooftop_pole": _("Rooftop pole"),
    "structure.camouflaged": _("Camouflaged mast"),
    "structure.wall": _("Wall or lamp-post mount"),
}

QUESTION: Words = {
    "question.count": _("{name} · {place} of {total} items"),
    "question.place": _("{group} · item {number}"),
    "question.saved": _in("field app", "Saved"),
    "question.limit": _("Limit {sign} {limit} {unit}, {basis}"),
    "question.unit": _("In {unit}"),
    "question.less": _in("field app", "Less"),
    "question.more": _in("field app", "More"),
    "question.unreadable": _("“{value}” is not a number."),
    "question.unreadable_hint": _("Write 8,4 or 8.4."),
    "question.negative": _("A measured size is never below zero."),
    "question.unreadable_short": _("The value is not a number."),
    "question.beyond": _("{value} {unit} is {how} {limit} {unit}."),
    "beyond.greater": _("greater than"),
    "beyond.not_less": _("not less than"),
    "beyond.less": _("less than"),
    "beyond.not_greater": _("not greater than"),
    "beyond.different": _("different from"),
    "question.before_failed": _("Failed before and is not remedied:"),
    "question.rule": _("May break {rule}."),
    "question.needs_photo": _("A photo is needed."),
    "question.needs_instrument": _("The instrument is needed."),
    "question.instrument": _("Instrument, serial number"),
    "question.choose_instrument": _("Choose the instrument"),
    "question.calibrated": _("Calibrated on {day}"),
    "question.calibration_expired": _("The calibration has run out. The value is kept; the record will say so."),
    "question.note": _in("field app", "Note"),
    "question.note_example": _("For example: earthing wire broken at the base"),
    "question.before": _in("field app", "Previous"),
    "question.after": _("Next item"),
    "question.to_end": _("To the end"),
    "outcome.pass": _("Pass"),
    "outcome.fail": _("Fail"),
    "outcome.na": _("Not applicable"),
    "instrument.title": _in("field app", "Instrument"),
    "instrument.new": _("Another instrument"),
    "instrument.name": _("Make and type"),
    "instrument.serial": _("Serial number"),
    "instrument.calibrated_on": _("Calibrated on"),
    "instrument.no_date": _("Date of calibration not known"),
    "instrument.use": _("Use this instrument"),
    "photo.title": _("Photos as evidence"),
    "photo.count": _("{n} taken"),
    "photo.number": Counted(ngettext_lazy("{n} photo", "{n} photos", "n")),
    "photo.take": _in("field app", "Take"),
    "photo.choose": _("From the phone"),
    "photo.working": Counted(ngettext_lazy("{n} photo is being kept…", "{n} photos are being kept…", "n")),
    "photo.twice": _("This photo is there already."),
    "photo.failed": _("{name} could not be read as a picture."),
    "photo.alt": _("Photo of {time}"),
    "photo.one": _in("field app", "Photo"),
    "photo.taken": _in("field app", "Taken"),
    "photo.position": _("Position of the phone"),
    "photo.no_position": _("no position"),
    "photo.camera": _("Written by the camera"),
    "photo.camera_position": _("with position"),
    "photo.size": _in("field app", "Size"),
    "photo.from": _("made smaller from {size}"),
    "photo.remove": _("Remove the photo"),
    "gps.waiting": _("Waiting for the position…"),
    "gps.none": _("No position yet."),
    "gps.denied": _("The position is not allowed: allow it for this page in the browser's settings."),
    "gps.off": _("The phone cannot tell its position. Is it switched on?"),
    "gps.slow": _("No position yet: go under the open sky."),
    "gps.kept": _("Kept for this visit: {accuracy}."),
    "gps.accuracy": _("GPS {accuracy}"),
    "gps.from_registered": _in("field app", "From the registered position"),
    "gps.vague": _("vague"),
    "gps.far": _("far away"),
    "position.title": _in("field app", "Position"),
    "position.registered": _in("field app", "Registered"),
    "position.not_registered": _("not registered"),
    "position.here": _in("field app", "Here"),
    "position.between": _("Between them"),
    "position.kept": _("Kept for this visit"),
    "position.hint": _(
        "Stand at the foot of the mast. Your position is proposed to the register; somebody looks at it first."
    ),
    "position.why": _("What is wrong"),
    "position.wrong": _("The registered position is wrong"),
    "position.proposed": _("Proposed: {position} {accuracy}"),
    "position.withdraw": _("Take the proposal back"),
}

VISIT: Words = {
    "visit.unanswered": _("Not answered"),
    "visit.failed": Counted(ngettext_lazy("{n} failed", "{n} failed", "n")),
    "visit.go_on": _in("field app", "Continue"),
    "visit.conclude": _in("field app", "Conclude"),
    "visit.discard": _("Throw this draft away"),
    "visit.discard_confirm": _("Throw away what this phone holds of {name}, with its photos?"),
    "visit.returned": _("{by} sent it back on {time}"),
    "visit.waiting": _("Finished. It waits on this phone to be sent and does not change any more."),
    "visit.received": _("The office received it at {time}: {number}"),
    "visit.findings": Counted(ngettext_lazy("{n} finding", "{n} findings", "n")),
    "visit.twice": _("Somebody else has filed this visit too:"),
    "visit.twice_kept": _("Both are kept. Your supervisor compares them and decides which one counts."),
    "visit.task_gone": _(
        "This visit is not on your list any more: it was filed from another phone, given to somebody else, or dropped. "
        "What you wrote is kept. You can still file it; then both are kept and your supervisor decides."
    ),
    "visit.refused": _("The server does not accept this form:"),
    "visit.reopen": _("Open it again and correct"),
    "visit.conflict": _("The server holds another version under the same name. Both are kept."),
    "visit.theirs": _("On the server"),
    "visit.mine": _("On this phone"),
    "visit.draft": _in("field app", "Draft"),
    "visit.answers": Counted(ngettext_lazy("{n} answer", "{n} answers", "n")),
    "visit.file_beside": _("File mine beside it"),
    "visit.keep_theirs": _("Keep the server's"),
    "visit.beside_failed": _("A photo of it cannot be had back from the server now. Try again with a line."),
    "end.title": _in("field app", "Conclusion"),
    "end.complete": _("Everything is answered."),
    "end.missing": Counted(ngettext_lazy("{n} thing is still missing", "{n} things are still missing", "n")),
    "end.no_failure": _("Nothing failed."),
    "end.remedy": Counted(ngettext_lazy("to be remedied within {n} day", "to be remedied within {n} days", "n")),
    "end.no_position": _("No position was kept for this visit. It can be filed without."),
    "end.vague": _("The position of this visit is vague: {accuracy}. It can be filed like this."),
    "end.notes": _in("field app", "Notes"),
    "end.no_signature": _("Nobody has signed yet."),
    "end.confirm": Counted(
        ngettext_lazy(
            "{n} thing is missing. Once filed, the form does not change any more.",
            "{n} things are missing. Once filed, the form does not change any more.",
            "n",
        )
    ),
    "end.file": _("File the inspection"),
    "end.file_anyway": _("File it all the same"),
    "signature.title": _in("field app", "Signatures"),
    "signature.inspector": _in("field app", "Inspector"),
    "signature.party": _("Representative of the operator"),
    "signature.witness": _in("field app", "Witness"),
    "signature.inspector_signs": _("Inspector signs"),
    "signature.party_signs": _("Representative signs"),
    "signature.witness_signs": _("Witness signs"),
    "signature.name": _("Full name"),
    "signature.office": _("Office or title"),
    "signature.draw": _("Sign here with the finger"),
    "signature.draw_first": _("Sign first, or note that signing is refused."),
    "signature.again": _in("field app", "Clear"),
    "signature.use": _("Use the signature"),
    "signature.refuses": _("Refuses to sign"),
    "signature.reason": _("Reason given"),
    "signature.note_refusal": _("Note the refusal"),
    "signature.refused_because": _("refused: {reason}"),
    "signature.remove": _("Remove the signature of {name}"),
}

OUTBOX: Words = {
    "outbox.title": _("Not sent yet"),
    "outbox.sum": Counted(
        ngettext_lazy(
            "{n} item, {size}. Everything is kept on this phone.",
            "{n} items, {size}. Everything is kept on this phone.",
            "n",
        )
    ),
    "outbox.sum_forms": Counted(
        ngettext_lazy(
            "{n} item. Everything is kept on this phone.", "{n} items. Everything is kept on this phone.", "n"
        )
    ),
    "outbox.all_sent": _("Everything is delivered"),
    "outbox.all_sent_note": _("Everything that was finished is with the office. Each form and each photo counts once."),
    "outbox.none": _("No inspections on this phone."),
    "outbox.sending": _("Sending…"),
    "outbox.waiting_line": _("Waiting for a better line"),
    "outbox.waiting_server": _("The server cannot take it now: it is tried again"),
    "outbox.send_now": _("Send now"),
    "outbox.again": _("Send again"),
    "outbox.export": _("Save a sealed package"),
    "outbox.no_key": _("The office's key is not on this phone yet: refresh the day's work once with a line."),
    "outbox.no_reason": _("No reason was given."),
    "outbox.name_draft": _("{name}, under way"),
    "outbox.items": _("{done}/{total} items"),
    "outbox.signatures": Counted(ngettext_lazy("{n} signature", "{n} signatures", "n")),
    "outbox.draft": _("The form is sent when you have filed it"),
    "outbox.received": _("The office has the form since {time}"),
    "outbox.twice": _("Somebody else has filed this visit too: see who"),
    "outbox.form_waiting": _("The form waits"),
    "outbox.form_going": _("The form is being sent"),
    "outbox.form_refused": _("The form was not accepted: see why"),
    "outbox.form_conflict": _("The server holds another version: see both"),
    "outbox.tried": Counted(ngettext_lazy("(tried once, again at {time})", "(tried {n} times, again at {time})", "n")),
    "outbox.tried_only": Counted(ngettext_lazy("(tried once)", "(tried {n} times)", "n")),
    "outbox.going": _("being sent"),
    "outbox.done": _("with the office"),
    "outbox.waiting": _in("field app", "waits"),
    "outbox.refused": _("not accepted"),
    "outbox.conflict": _("not accepted"),
    "outbox.picture": _("Picture {n}: {state}"),
    "outbox.pictures_left": Counted(ngettext_lazy("{n} picture waits", "{n} pictures wait", "n")),
    "outbox.picture_failed": Counted(
        ngettext_lazy("Picture {place} failed once, {size}", "Picture {place} failed {n} times, {size}", "n")
    ),
}

ME: Words = {
    "me.title": _("Person and phone"),
    "me.account": _in("field app", "Account"),
    "me.sign_in": _in("field app", "Sign-in"),
    "me.until": _("valid until {day}"),
    "me.phone": _("This phone"),
    "me.package": _("Day's work"),
    "me.storage": _("Storage used"),
    "me.persisted": _("kept by the browser"),
    "me.not_persisted": _("the browser may clear it when the phone is full"),
    "me.fault": _("Last fault"),
    "me.version": _in("field app", "Version"),
    "me.refresh": _("Bring the day's work up to date"),
    "me.install": _("Install the app"),
    "me.install_hint": _("It opens from the home screen, without the browser's bar."),
    "me.lock": _("Lock now"),
    "me.lock_hint": _("It also locks itself after half an hour."),
    "me.sign_out": _("Sign out"),
    "me.sign_out_hint": _("What is not delivered stays on this phone, locked."),
    "me.forget_confirm": _("Nothing waits to be sent. Delete everything of yours from this phone?"),
    "pin.title": _in("field app", "PIN of the day"),
    "pin.short": _("Opens the app quickly until tonight"),
    "pin.hint": _(
        "For hands with gloves. The PIN works on this phone for 14 hours and five tries, then the password is asked "
        "again. It protects against a finder, not against somebody who copies the phone's memory."
    ),
    "pin.new": _("PIN, at least {n} digits"),
    "pin.set": _("Set the PIN"),
    "pin.remove": _("Remove the PIN"),
    "pin.until": _("valid until {time}"),
    "look.title": _("How the app looks"),
    "look.language": _in("field app", "Language"),
    "look.theme": _in("field app", "Brightness"),
    "look.theme_auto": _("like the phone"),
    "look.theme_light": _in("field app", "light"),
    "look.theme_dark": _in("field app", "dark"),
    "look.text": _in("field app", "Letters"),
    "look.text_small": _in("field app", "small"),
    "look.text_normal": _in("field app", "normal"),
    "look.text_large": _in("field app", "large"),
    "look.contrast": _in("field app", "Contrast"),
    "look.contrast_normal": _in("field app", "normal"),
    "look.contrast_high": _in("field app", "high"),
}

TEXTS: Words = {**FRAME, **ENTRANCE, **TASKS, **SUBJECT, **QUESTION, **VISIT, **OUTBOX, **ME}


def texts_in(language: str) -> dict[str, str | list[str]]:
    """Return all texts in *language*: a text, or a pair for one and for many."""
    with override(language):
        return {key: text.pair() if isinstance(text, Counted) else str(text) for key, text in TEXTS.items()}

"""Acts on checklists: a draft is begun, written, published; what it follows is superseded. What is published stays.

A draft is work in progress and stands in no ledger; publishing does, with the digest of the whole content. The content
of a version as plain data (``Row``) is the format of ``fixtures/checklists``, of copies, and of XLSForm files.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from infra import formats
from infra.access import Permission, can
from infra.models import Authority, User
from infra.services.ledger import act
from inspections.models import ChecklistGroup, ChecklistItem, ChecklistTemplate, TemplateStatus
from inspections.rules import CHECKLIST, move_between
from inspections.selectors.checklist_content import content_of, troubles

Row = dict[str, Any]
#: how a pass or fail item may be spelled in a checklist file
KINDS = {"passfail": "pass_fail"}
_HEAD = ("name_vi", "name_en", "field", "subjects", "conclusion")
_SAME = (
    "number", "code", "text_vi", "text_en", "hint_vi", "hint_en", "choices", "unit", "legal_basis", "severity",
    "other_rules", "remedy_vi", "remedy_en", "remedy_days", "may_be_na", "instrument", "photo", "confidence",
    "verified",
)  # fmt: skip
#: groups and items of one checklist; more is several checklists
ITEMS_MAX = 300


class CannotChange(ValueError):
    """The checklist cannot be changed like this; the message says why and what to do."""


def _pick(row: Mapping[str, Any], *names: str) -> Row:
    return {name: row[name] for name in names if row.get(name) is not None}


def checklist_fill(template: ChecklistTemplate, content: Row) -> None:
    """Write the groups and items of *content* under *template*, which has none yet."""
    groups = {
        row["code"]: ChecklistGroup.objects.create(
            template=template, order=order, **_pick(row, "code", "name_vi", "name_en")
        )
        for order, row in enumerate(content["groups"])
    }
    ChecklistItem.objects.bulk_create(
        _item(row, order, template, groups[row["group"]]) for order, row in enumerate(content["items"])
    )


def _item(row: Row, order: int, template: ChecklistTemplate, group: ChecklistGroup) -> ChecklistItem:
    limit = row.get("limit") or {}
    return ChecklistItem(
        template=template,
        group=group,
        order=order,
        kind=KINDS.get(str(row["kind"]), str(row["kind"])),
        limit_code=limit.get("code") or "",
        limit_value=limit.get("value"),
        comparison=limit.get("comparison") or "",
        rule_code=row.get("rule") or "",
        is_safety=bool(row.get("safety")),
        **_pick(row, *_SAME),
    )


# --- Drafts -----------------------------------------------------------------------------------------------------------


def _check(actor: User) -> None:
    if not can(actor, Permission.ADMINISTER):
        raise PermissionError(_("Only administrators write checklists."))


def _locked(template: ChecklistTemplate) -> ChecklistTemplate:
    """Return the draft, locked. Raises CannotChange for what is no draft any more."""
    row = ChecklistTemplate.objects.select_for_update().filter(pk=template.pk).first()
    if row is None:
        raise CannotChange(_("This draft is gone."))
    if row.status != TemplateStatus.DRAFT:
        raise CannotChange(_("A published version never changes. Begin a draft of the next version."))
    return row


@transaction.atomic
def draft_begin(*, actor: User, code: str, head: Row, content: Row | None = None) -> ChecklistTemplate:
    """Begin a draft of *code*: the next version with *content*, else with what the newest version holds.

    *head* gives names, field and subjects; what it leaves out comes from the newest version. Raises CannotChange where
    a draft is being written already.
    """
    _check(actor)
    versions = ChecklistTemplate.objects.filter(code=code)
    if versions.filter(status=TemplateStatus.DRAFT).exists():
        raise CannotChange(
            _("A draft of “%(code)s” is being written already. Publish or delete it first.") % {"code": code}
        )
    newest = versions.order_by("-version").first()
    known = {name: getattr(newest, name) for name in _HEAD} if newest else {}
    template = ChecklistTemplate.objects.create(
        code=code,
        version=(versions.aggregate(most=Max("version"))["most"] or 0) + 1,
        status=TemplateStatus.DRAFT,
        valid_from=timezone.localdate(),
        **known | _pick(head, *_HEAD),
    )
    checklist_fill(template, content or (content_of(newest) if newest else {"groups": [], "items": []}))
    return template


@transaction.atomic
def draft_replace(*, actor: User, template: ChecklistTemplate, head: Row, content: Row) -> ChecklistTemplate:
    """Put *content* in the place of what the draft holds."""
    _check(actor)
    draft = _locked(template)
    for name, value in _pick(head, *_HEAD).items():
        setattr(draft, name, value)
    draft.save()
    draft.items.all().delete()
    draft.groups.all().delete()
    checklist_fill(draft, content)
    return draft


@transaction.atomic
def draft_head(*, actor: User, template: ChecklistTemplate, head: Row) -> ChecklistTemplate:
    """Write names, field and subjects of a draft."""
    _check(actor)
    draft = _locked(template)
    for name, value in head.items():
        setattr(draft, name, value)
    draft.save(update_fields=list(head))
    return draft


@transaction.atomic
def draft_delete(*, actor: User, template: ChecklistTemplate) -> None:
    """Drop a draft; nothing was ever inspected by it."""
    _check(actor)
    draft = _locked(template)
    draft.items.all().delete()
    draft.delete()


# --- Headings and questions -------------------------------------------------------------------------------------------


@transaction.atomic
def group_save(*, actor: User, group: ChecklistGroup) -> ChecklistGroup:
    """Write a heading of a draft; a new one comes last."""
    _check(actor)
    draft = _locked(group.template)
    twins = draft.groups.filter(code=group.code).exclude(pk=group.pk)
    if twins.exists():
        raise CannotChange(_("There is a heading with the code “%(code)s” already.") % {"code": group.code})
    if group.pk is None:
        group.order = draft.groups.count()
    group.save()
    return group


@transaction.atomic
def group_remove(*, actor: User, group: ChecklistGroup) -> None:
    """Take a heading without questions out of a draft."""
    _check(actor)
    _locked(group.template)
    if group.items.exists():
        raise CannotChange(_("Questions stand under this heading. Move or remove them first."))
    group.delete()


@transaction.atomic
def group_move(*, actor: User, group: ChecklistGroup, by: int) -> None:
    """Move a heading with its questions one place up (-1) or down (1)."""
    _check(actor)
    draft = _locked(group.template)
    rows = list(draft.groups.all())
    _swap(rows, rows.index(group), by)
    ChecklistGroup.objects.bulk_update(rows, ["order"])
    _renumber(draft)


@transaction.atomic
def item_save(*, actor: User, item: ChecklistItem) -> ChecklistItem:
    """Write a question of a draft; a new one comes last under its heading."""
    _check(actor)
    draft = _locked(item.template)
    if draft.items.filter(code=item.code).exclude(pk=item.pk).exists():
        raise CannotChange(_("There is a question with the code “%(code)s” already.") % {"code": item.code})
    if item.pk is None:
        if draft.items.count() >= ITEMS_MAX:
            raise CannotChange(_("A checklist has at most %(n)s questions.") % {"n": ITEMS_MAX})
        item.order = ITEMS_MAX
    item.save()
    _renumber(draft)
    return item


@transaction.atomic
def item_remove(*, actor: User, item: ChecklistItem) -> None:
    """Take a question out of a draft."""
    _check(actor)
    draft = _locked(item.template)
    item.delete()
    _renumber(draft)


@transaction.atomic
def item_move(*, actor: User, item: ChecklistItem, by: int) -> None:
    """Move a question one place up (-1) or down (1) under its heading."""
    _check(actor)
    draft = _locked(item.template)
    rows = list(draft.items.filter(group=item.group_id))
    _swap(rows, rows.index(item), by)
    ChecklistItem.objects.bulk_update(rows, ["order"])
    _renumber(draft)


def _swap(rows: list[Any], place: int, by: int) -> None:
    other = place + by
    if 0 <= other < len(rows):
        rows[place], rows[other] = rows[other], rows[place]
    for order, row in enumerate(rows):
        row.order = order


def _renumber(draft: ChecklistTemplate) -> None:
    """Let the questions follow the order of their headings."""
    rows = list(draft.items.order_by("group__order", "group_id", "order", "id"))
    for order, row in enumerate(rows):
        row.order = order
    ChecklistItem.objects.bulk_update(rows, ["order"], batch_size=200)


# --- Publishing -------------------------------------------------------------------------------------------------------


def digest_of(content: Row) -> str:
    """Return the SHA-256 of a checklist's content, by which the ledger knows it."""
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def checklist_publish(
    *, actor: User, authority: Authority, template: ChecklistTemplate, valid_from: date, reason: str
) -> ChecklistTemplate:
    """Put a draft into force from *valid_from* on; the version before it ends the day before.

    Raises CannotChange with everything that is wrong, or where the day lies before the version it follows.
    """
    _check(actor)
    move = move_between(CHECKLIST, template.status, TemplateStatus.PUBLISHED, reason)
    with act(actor=actor, authority=authority, kind=move.act, reason=reason) as ledger:
        draft = _locked(template)
        found = troubles(draft)
        if found:
            raise CannotChange(" ".join(trouble.message for trouble in found[:5]))
        before = (
            ChecklistTemplate.objects.select_for_update()
            .filter(code=draft.code, status=TemplateStatus.PUBLISHED)
            .first()
        )
        if before is not None:
            _supersede(before, valid_from - timedelta(days=1))
        draft.status, draft.valid_from, draft.valid_to = TemplateStatus.PUBLISHED, valid_from, None
        draft.save(update_fields=["status", "valid_from", "valid_to"])
        ledger.note(
            checklist=draft.code,
            version=draft.version,
            valid_from=valid_from.isoformat(),
            items=draft.items.count(),
            digest=digest_of(content_of(draft)),
            supersedes=before.version if before else None,
        )
    return draft


def checklist_end(
    *, actor: User, authority: Authority, template: ChecklistTemplate, last_day: date, reason: str
) -> ChecklistTemplate:
    """Take a published checklist out of force after *last_day*, without another in its place."""
    _check(actor)
    move = move_between(CHECKLIST, template.status, TemplateStatus.SUPERSEDED, reason)
    with act(actor=actor, authority=authority, kind=move.act, reason=reason) as ledger:
        row = ChecklistTemplate.objects.select_for_update().get(pk=template.pk)
        if row.status != TemplateStatus.PUBLISHED:
            raise CannotChange(_("This version is not in force any more."))
        _supersede(row, last_day)
        ledger.note(checklist=row.code, version=row.version, valid_to=last_day.isoformat())
    return row


def _supersede(row: ChecklistTemplate, last_day: date) -> None:
    if last_day < row.valid_from:
        words = _("Version %(version)s is in force since %(day)s: choose a later day.")
        raise CannotChange(words % {"version": row.version, "day": formats.day(row.valid_from)})
    row.status, row.valid_to = TemplateStatus.SUPERSEDED, last_day
    row.save(update_fields=["status", "valid_to"])
    transaction.on_commit(lambda: cache.delete(f"checklist:{row.pk}"))

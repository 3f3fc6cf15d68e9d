"""The content of a checklist as plain data, what is wrong with a draft, and in what a version differs from another."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from infra.models import Limit
from inspections.models import ChecklistItem, ChecklistTemplate, ItemKind
from inspections.selectors.law import limits_in_force, rules_in_force

COMPARISONS = ("<=", "<", ">=", ">", "=")
_SAME = (
    "number", "code", "kind", "text_vi", "text_en", "hint_vi", "hint_en", "choices", "unit", "legal_basis", "severity",
    "other_rules", "remedy_vi", "remedy_en", "remedy_days", "may_be_na", "instrument", "photo", "confidence",
    "verified",
)  # fmt: skip


def content_of(template: ChecklistTemplate) -> dict[str, Any]:
    """Return headings and questions in the format of ``fixtures/checklists`` (two queries)."""
    return {
        "groups": [
            {"code": group.code, "name_vi": group.name_vi, "name_en": group.name_en} for group in template.groups.all()
        ],
        "items": [_plain(item) for item in template.items.select_related("group")],
    }


def _plain(item: ChecklistItem) -> dict[str, Any]:
    has_limit = item.limit_code or item.limit_value is not None
    limit = {"code": item.limit_code, "comparison": item.comparison, "value": item.limit_value} if has_limit else None
    return {
        **{name: getattr(item, name) for name in _SAME},
        "group": item.group.code,
        "limit": limit,
        "rule": item.rule_code or None,
        "safety": item.is_safety,
    }


# --- What is wrong ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Trouble:
    """One thing that keeps a draft from being published; ``item`` is None where it concerns the whole."""

    item: ChecklistItem | None
    message: str


def troubles(template: ChecklistTemplate) -> list[Trouble]:
    """Return everything that keeps *template* from being published (five queries)."""
    items = list(template.items.select_related("group"))
    today = timezone.localdate()
    limits = limits_in_force({item.limit_code for item in items if item.limit_code}, today)
    rules = rules_in_force({item.rule_code for item in items if item.rule_code}, today)
    found = [] if items else [Trouble(None, _("The checklist has no question yet."))]
    used = {item.group_id for item in items}
    found += [
        Trouble(None, _("No question stands under “%(group)s”.") % {"group": group.name})
        for group in template.groups.all()
        if group.pk not in used
    ]
    for item in items:
        found += [Trouble(item, words) for words in _item_troubles(item, limits)]
        if item.rule_code and item.rule_code not in rules:
            words = _("%(item)s: rule “%(rule)s” is not in force.")
            found.append(Trouble(item, words % {"item": item.code, "rule": item.rule_code}))
    return found


def _item_troubles(item: ChecklistItem, limits: dict[str, Limit]) -> Iterable[str]:
    about = {"item": item.code}
    if item.kind == ItemKind.CHOICE and len(item.choices) < 2:
        yield _("%(item)s: a choice needs at least two possible answers.") % about
    if item.limit_code and item.limit_code not in limits:
        yield _("%(item)s: limit “%(limit)s” is not in force.") % {**about, "limit": item.limit_code}
    if (item.limit_code or item.limit_value is not None) and item.kind != ItemKind.NUMBER:
        yield _("%(item)s: only a number has a limit.") % about
    if item.limit_value is not None and not item.limit_code and item.comparison not in COMPARISONS:
        yield _("%(item)s: say how the value compares with the limit.") % about


# --- Differences ------------------------------------------------------------------------------------------------------


@dataclass
class Changes:
    """What another version changes: codes of new and changed questions, questions that are gone."""

    new: set[str] = field(default_factory=set)
    changed: set[str] = field(default_factory=set)
    gone: list[ChecklistItem] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.new or self.changed or self.gone)


def changes_between(before: ChecklistTemplate, after: ChecklistTemplate) -> Changes:
    """Return in what *after* differs from *before*; the place in the list does not count."""
    ours = {item.code: item for item in before.items.select_related("group")}
    theirs = {item.code: item for item in after.items.select_related("group")}
    found = Changes(new=set(theirs) - set(ours), gone=[item for code, item in ours.items() if code not in theirs])
    found.changed = {code for code, item in theirs.items() if code in ours and _plain(item) != _plain(ours[code])}
    return found

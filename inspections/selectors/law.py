"""The law in force on a day. Nothing here depends on who asks: law is public."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Protocol, TypeVar

from django.utils.translation import get_language

from infra.models import Limit
from infra.questions import Question, asked
from inspections.models import (
    Circumstance,
    Clock,
    FieldMaximum,
    FineAuthority,
    FormCode,
    PartyKind,
    Rule,
    ViolationCase,
)

#: what an individual pays of a rule's frame, and an organization of an individual's, where no field says otherwise
INDIVIDUAL_PART, ORGANIZATION_FACTOR = 0.5, 2.0
#: so much of a rule's text fits into a filter
RULE_WORDS = 60


def rules_in_force(codes: Iterable[str], day: date) -> dict[str, Rule]:
    """Return code -> the rule in force on *day*; codes without one are left out."""
    rows = Rule.objects.in_force(day).filter(code__in=set(codes)).order_by("valid_from")
    return {rule.code: rule for rule in rows}


def rules_proposable(day: date) -> list[Rule]:
    """Return the rules in force on *day* that may be charged, in the order of the decree."""
    return list(Rule.objects.in_force(day).filter(proposable=True).order_by("field", "code"))


def rule_choices(day: date) -> list[tuple[str, str]]:
    """Return code and words of the rules in force on *day*, for a filter."""
    rows = Rule.objects.in_force(day).only("code", "name_vi", "name_en").order_by("code")
    return [(rule.code, f"{rule.code.rpartition(':')[2]} · {rule.name[:RULE_WORDS]}") for rule in rows]


def rules_offered(case: ViolationCase) -> list[Rule]:
    """Return the rules that may be charged in *case*: in force on the day of the act, of its field first."""
    day = case.violation_on or case.detected_on
    rows = Rule.objects.in_force(day).filter(proposable=True)
    return sorted(rows, key=lambda rule: (rule.field != case.field, rule.code))


def rule_for(trigger: str, day: date) -> Rule | None:
    """Return the rule in force on *day* that the register proposes for what it found ("certificate.expired")."""
    # A handful of rows carry triggers; the two databases disagree about looking into JSON lists.
    for rule in Rule.objects.in_force(day).exclude(triggers=[]).order_by("code", "-valid_from"):
        if trigger in rule.triggers:
            return rule
    return None


def limits_in_force(codes: Iterable[str], day: date) -> dict[str, Limit]:
    """Return code -> the limit in force on *day*."""
    wanted = frozenset(codes)
    return {limit.code: limit for limit in _limits_of(wanted).found(Limit, day=day)} if wanted else {}


@lru_cache(maxsize=256)
def _limits_of(codes: frozenset[str]) -> Question:
    """Return the question for *codes*; a checklist asks for the same ones with every form."""
    return Question(lambda: Limit.objects.in_force(asked("day")).filter(code__in=sorted(codes)).order_by("valid_from"))


def limit_value(code: str, day: date, otherwise: float) -> float:
    """Return the value of a limit or period on *day*; *otherwise* where the data have none."""
    limit = limits_in_force([code], day).get(code)
    return limit.value if limit else otherwise


def forms_by_code(day: date) -> dict[str, FormCode]:
    """Return code -> form in force on *day*."""
    return {form.code: form for form in FormCode.objects.in_force(day).order_by("valid_from")}


def circumstances_on(day: date) -> list[Circumstance]:
    """Return the mitigating and aggravating circumstances in force on *day*, in the order of the law."""
    return list(Circumstance.objects.in_force(day).order_by("kind", "order", "code"))


@dataclass(frozen=True)
class Competence:
    """An office and the highest fine it may impose on a party in a field, in ₫ (None: not computable)."""

    code: str
    title_vi: str
    title_en: str
    share: float | None
    max_vnd: int | None
    legal_basis: str
    verified: bool

    @property
    def title(self) -> str:
        """The office in the language of the request."""
        return self.title_en or self.title_vi if get_language() == "en" else self.title_vi


class Dated(Protocol):
    """A row of law: in force from–to, both ends included."""

    valid_from: date
    valid_to: date | None


Row = TypeVar("Row", bound=Dated)


def holds(row: Dated, day: date) -> bool:
    """Tell whether *row* is in force on *day*."""
    return row.valid_from <= day and (row.valid_to is None or day <= row.valid_to)


@dataclass
class LawBook:
    """Clocks, offices and maxima, read once; answers for any day without asking the database again.

    A preview of a change of law is a book with other rows.
    """

    clocks: Sequence[Clock] = field(default_factory=list)
    offices: Sequence[FineAuthority] = field(default_factory=list)
    maxima: Sequence[FieldMaximum] = field(default_factory=list)
    _by_name: dict[tuple[str, str], list[Clock]] = field(default_factory=dict, repr=False)

    @classmethod
    def read(cls) -> "LawBook":
        """Read the book (three queries)."""
        return cls(list(Clock.objects.all()), list(FineAuthority.objects.all()), list(FieldMaximum.objects.all()))

    def clock(self, day: date, name: str, condition: str = "", law_field: str = "") -> Clock | None:
        """Return the clock in force on *day*; one that names the field of law goes before one for all fields."""
        if not self._by_name:
            for row in self.clocks:
                self._by_name.setdefault((row.clock, row.condition), []).append(row)
        found = [
            row
            for row in self._by_name.get((name, condition), ())
            if holds(row, day) and (not row.fields or law_field in row.fields)
        ]
        return max(found, key=lambda row: (bool(row.fields), row.valid_from), default=None)

    def for_party(self, day: date, name: str, party: str) -> Clock | None:
        """Return the threshold *name* for *party* on *day*."""
        return self.clock(day, name, "individual" if party == PartyKind.PERSON else "organization")

    def maximum(self, law_field: str, day: date) -> FieldMaximum | None:
        """Return the highest fine of a field on *day*."""
        found = [row for row in self.maxima if row.field == law_field and holds(row, day)]
        return max(found, key=lambda row: row.valid_from, default=None)

    def competences(self, law_field: str, party: str, day: date) -> list[Competence]:
        """Return who may fine *party* in a field on *day* and how much, lowest first."""
        maximum = self.maximum(law_field, day)
        rows: dict[str, Competence] = {}
        for office in sorted(self.offices, key=lambda row: row.valid_from):
            if holds(office, day) and (not office.fields or law_field in office.fields):
                rows[office.code] = _competence(office, maximum, party)
        return sorted(rows.values(), key=lambda row: (row.max_vnd is None, row.max_vnd or 0, row.code))


def _competence(office: FineAuthority, maximum: FieldMaximum | None, party: str) -> Competence:
    return Competence(
        code=office.code,
        title_vi=office.name_vi,
        title_en=office.name_en,
        share=office.share,
        max_vnd=_highest_fine(office, maximum, party),
        legal_basis=office.legal_basis,
        verified=office.verified,
    )


def _highest_fine(office: FineAuthority, maximum: FieldMaximum | None, party: str) -> int | None:
    if office.max_vnd_organization is not None:
        if party == PartyKind.ORGANIZATION:
            return office.max_vnd_organization
        part = maximum.individual_factor_of_rule if maximum else INDIVIDUAL_PART
        return round(office.max_vnd_organization * part)
    if maximum is None or maximum.max_vnd_individual is None or office.share is None:
        return None
    factor = maximum.organization_factor if party == PartyKind.ORGANIZATION else 1
    return round(maximum.max_vnd_individual * office.share * factor)

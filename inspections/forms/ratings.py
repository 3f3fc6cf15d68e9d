"""Forms of yearly ratings: the list's filters, the rating itself."""

from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from infra.forms.lists import ChipFilters
from infra.forms.plain import REASON_CHARACTERS, Day, PlainForm
from infra.selectors import registers
from inspections.models import RatingResult, SecurityRating
from inspections.selectors.ratings import rated_organizations, rating_year
from inspections.services.ratings import RatingFacts

#: TT 23/2012/TT-BCA was the first that rated enterprises
FIRST_YEAR = 2012
RESULTS = [*RatingResult.choices, ("open", gettext_lazy("Not decided"))]
_UNKNOWN = ("", gettext_lazy("Not yet"))


def _years() -> list[tuple[str, str]]:
    last = rating_year(timezone.localdate())
    return [(str(year), str(year)) for year in range(last, last - 6, -1)]


class RatingFilters(ChipFilters):
    """Filters of the list of ratings."""

    q = django_filters.CharFilter(label=gettext_lazy("Search"), method="find", max_length=200)
    year = django_filters.ChoiceFilter(label=gettext_lazy("Year"), choices=_years)
    organization = django_filters.ChoiceFilter(
        label=gettext_lazy("Organization"), choices=(), field_name="organization__code"
    )
    result = django_filters.ChoiceFilter(label=gettext_lazy("Result"), choices=RESULTS, method="by_result")

    class Meta:
        model = SecurityRating
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["organization"].extra["choices"] = registers.organizations_offered(self.request.user)

    def find(self, rows: QuerySet[Any], _name: str, words: str) -> QuerySet[Any]:
        word = words.strip()
        named = Q(organization__code__icontains=word) | Q(organization__name__icontains=word)
        return rows.filter(named | Q(decision_number__icontains=word) | Q(certificate_number__icontains=word))

    def by_result(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        return rows.filter(result="" if value == "open" else value)


class RatingForm(PlainForm):
    """A rating; who is rated and for which year is asked only of a new one."""

    organization = forms.ModelChoiceField(rated_organizations(), label=gettext_lazy("Enterprise"))
    year = forms.IntegerField(
        label=gettext_lazy("Year"),
        min_value=FIRST_YEAR,
        help_text=gettext_lazy("The year runs from 16 November of the year before to 15 November."),
    )
    registered_on = Day(
        label=gettext_lazy("Registered on"), required=False, help_text=gettext_lazy("In the first quarter of the year.")
    )
    self_assessment = forms.ChoiceField(
        label=gettext_lazy("Self-assessment"), required=False, choices=[_UNKNOWN, *RatingResult.choices]
    )
    result = forms.ChoiceField(label=gettext_lazy("Result"), required=False, choices=[_UNKNOWN, *RatingResult.choices])
    decision_number = forms.CharField(label=gettext_lazy("Decision"), required=False, max_length=64)
    decision_date = Day(label=gettext_lazy("Date of the decision"), required=False)
    recognized_by = forms.CharField(
        label=gettext_lazy("Recognized by"),
        required=False,
        max_length=160,
        help_text=gettext_lazy("The people's committee that manages the enterprise."),
    )
    certificate_number = forms.CharField(
        label=gettext_lazy("Certificate of recognition"), required=False, max_length=64
    )
    notes = forms.CharField(
        label=gettext_lazy("Notes"), required=False, max_length=2_000, widget=forms.Textarea(attrs={"rows": 3})
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=REASON_CHARACTERS,
        help_text=gettext_lazy("Stays in the ledger with your name."),
    )

    def __init__(self, *args: Any, rating: SecurityRating | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if rating is not None:
            del self.fields["organization"], self.fields["year"]
            self.initial = {name: getattr(rating, name) for name in self.fields if name != "reason"}

    def clean_year(self) -> int:
        year: int = self.cleaned_data["year"]
        last = rating_year(timezone.localdate())
        if year > last:
            raise forms.ValidationError(_("The year %(year)s has not begun.") % {"year": year})
        return year

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        decided = values.get("decision_number") and values.get("decision_date")
        if values.get("result") and not decided and not self.errors:
            self.add_error("decision_number", _("A result stands in a decision: its number and date are needed."))
        return values

    def facts(self) -> RatingFacts:
        """Return what was entered."""
        names = RatingFacts.__dataclass_fields__
        return RatingFacts(**{name: value for name, value in self.cleaned_data.items() if name in names})

"""Forms of people and their roles."""

from typing import Any

import django_filters
from django import forms
from django.conf import settings
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from infra import access
from infra.access import AUTHORITY_ROLES, Role
from infra.forms.lists import ChipFilters
from infra.forms.plain import Day, ReasonForm
from infra.models import Authority, Membership, Organization, User
from infra.selectors import people, registers

STATES = (
    ("open", gettext_lazy("In use")),
    ("one_time", gettext_lazy("One-time password")),
    ("closed", gettext_lazy("Closed")),
    ("without", gettext_lazy("Without a role")),
)


class PeopleFilters(ChipFilters):
    """Filters of the list of people."""

    q = django_filters.CharFilter(label=gettext_lazy("Search"), method="find", max_length=200)
    role = django_filters.ChoiceFilter(label=gettext_lazy("Role"), choices=Role.choices, method="with_role")
    organization = django_filters.ChoiceFilter(label=gettext_lazy("Organization"), choices=(), method="of_organization")
    state = django_filters.ChoiceFilter(label=gettext_lazy("State"), choices=STATES, method="in_state")

    class Meta:
        model = User
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["organization"].extra["choices"] = people.organizations_with_people(self.request.user)

    def find(self, rows: QuerySet[Any], _name: str, words: str) -> QuerySet[Any]:
        return rows.filter(registers.search(words) | Q(username__icontains=words.strip()))

    def with_role(self, rows: QuerySet[Any], _name: str, role: str) -> QuerySet[Any]:
        return rows.filter(pk__in=_acting(role=role))

    def of_organization(self, rows: QuerySet[Any], _name: str, code: str) -> QuerySet[Any]:
        return rows.filter(pk__in=_acting(organization__code=code))

    def in_state(self, rows: QuerySet[Any], _name: str, state: str) -> QuerySet[Any]:
        if state == "closed":
            return rows.filter(is_active=False)
        if state == "one_time":
            return rows.filter(is_active=True, one_time_until__isnull=False)
        if state == "without":
            return rows.filter(is_active=True).exclude(pk__in=_acting())
        return rows.filter(is_active=True)


def _acting(**condition: Any) -> QuerySet[Any, Any]:
    rows = Membership.objects.in_force(timezone.localdate()).filter(**condition)
    return rows.values("user_id")


class PersonForm(ReasonForm):
    """What is kept about a person."""

    display_name = forms.CharField(label=gettext_lazy("Name shown"), max_length=150)
    email = forms.EmailField(label=gettext_lazy("E-mail"), required=False)
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=settings.LANGUAGES)


class NewPersonForm(PersonForm):
    """A new account."""

    username = forms.CharField(
        label=gettext_lazy("User name"),
        max_length=150,
        validators=[UnicodeUsernameValidator()],
        help_text=gettext_lazy("Letters, digits and . @ + - _; it stays as it is."),
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false", "autocomplete": "off"}),
    )
    field_order = ["username", "display_name", "email", "language"]

    def clean_username(self) -> str:
        name: str = self.cleaned_data["username"]
        if User.objects.filter(username__iexact=name).exists():
            raise forms.ValidationError(_("There is an account of that name already."))
        return name


class RoleForm(ReasonForm):
    """A role for a person: where, which, from when, and how it is bounded."""

    organization = forms.ModelChoiceField(Organization.objects.none(), label=gettext_lazy("Organization"))
    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=())
    valid_from = Day(label=gettext_lazy("First day"))
    valid_to = Day(label=gettext_lazy("Last day"), required=False)
    territory = forms.MultipleChoiceField(
        label=gettext_lazy("Territory"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Nothing chosen: the whole territory. For roles in the authority only."),
    )
    fields_of_inspection = forms.MultipleChoiceField(
        label=gettext_lazy("Fields of inspection"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Nothing chosen: all fields."),
    )

    def __init__(self, *args: Any, authority: Authority, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        organizations = people.organizations_to_act_for(authority)
        self.fields["organization"].queryset = organizations  # type: ignore[attr-defined]
        self.fields["role"].choices = self._roles()  # type: ignore[attr-defined]
        self.fields["territory"].choices = people.units_of(authority)  # type: ignore[attr-defined]
        self.fields["fields_of_inspection"].choices = list(access.FIELDS.items())  # type: ignore[attr-defined]
        self.fields["valid_from"].initial = timezone.localdate()
        if not access.FIELDS:
            del self.fields["fields_of_inspection"]

    @staticmethod
    def _roles() -> list[tuple[str, Any]]:
        of_authority = [(role.value, role.label) for role in Role if role in AUTHORITY_ROLES]
        of_operators = [(role.value, role.label) for role in Role if role not in AUTHORITY_ROLES]
        return [("", "---------"), (_("In the authority"), of_authority), (_("In an operator"), of_operators)]

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        first, last = values.get("valid_from"), values.get("valid_to")
        if first and last and last < first:
            self.add_error("valid_to", _("The last day lies before the first."))
        return values


class EndRoleForm(ReasonForm):
    """The end of a role: at once, or with a last day."""

    valid_to = Day(label=gettext_lazy("Last day"), required=False, help_text=gettext_lazy("Nothing: it ends at once."))

    def clean_valid_to(self) -> Any:
        day = self.cleaned_data["valid_to"]
        if day and day < timezone.localdate():
            raise forms.ValidationError(
                _("A day of the past cannot be the last; leave it out to end the role at once.")
            )
        return day

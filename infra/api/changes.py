"""The ledger's change records, newest first."""

from rest_framework import serializers

from infra.api.collections import Collection
from infra.api.rows import PersonName, Row
from infra.filters import ChangeFilter
from infra.models import ChangeRecord


class ChangeRow(Row):
    """One act: who, when, why, how many versions of what, and its place in the chain of its authority."""

    id = serializers.IntegerField()
    authority = serializers.CharField(source="authority__code")
    sequence = serializers.IntegerField()
    at = serializers.DateTimeField()
    actor = PersonName("actor")
    kind = serializers.CharField(help_text="The act, such as site.moved.")
    reason = serializers.CharField()
    organization = serializers.CharField(source="organization__code", allow_null=True)
    submission = serializers.IntegerField(source="submission_id", allow_null=True)
    counts = serializers.DictField(
        child=serializers.DictField(child=serializers.IntegerField()),
        help_text="Noun → added, changed, removed → number of versions.",
    )
    details = serializers.DictField()
    previous_digest = serializers.CharField(allow_blank=True)
    digest = serializers.CharField()


class ChangeViewSet(Collection):
    """Acts of the ledger. One is found by its id; what an act wrote is told by the collections' ``as_of``."""

    noun = ChangeRecord
    facts = row = ChangeRow
    filterset_class = ChangeFilter
    has_places = False
    newest_first = True
    codes = ()

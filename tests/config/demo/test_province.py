"""The demo province: only where it is allowed, whole, and through the ledger."""

import pytest
from django.core.management import CommandError, call_command

from infra.models import Authority, DueExtension, Installation, PlannedMast, Submission
from infra.selectors.ledger import verify
from inspections.models import CaseState, Field, Finding, Inspection, ViolationCase


@pytest.mark.django_db
def test_the_demo_is_refused_where_the_database_is_not_marked() -> None:
    call_command("load_reference", verbosity=0)
    Authority.objects.update(is_demo=False)
    with pytest.raises(CommandError, match="not marked demo"):
        call_command("create_demo")
    assert not Installation.objects.exists()


@pytest.mark.django_db
@pytest.mark.slow
def test_the_demo_province_is_whole_and_its_ledger_holds() -> None:
    call_command("load_reference", verbosity=0)
    call_command("create_demo", stations=60, coverage=False, verbosity=0)
    assert Installation.objects.filter(kind="base_station").count() >= 60
    assert Installation.objects.filter(kind="postal_point").count() == 250
    assert Installation.objects.filter(kind="network_node").count() == 105
    assert Inspection.objects.count() > 100
    assert set(Inspection.objects.values_list("checklist__code", flat=True)) == {
        "bts-safety", "postal-point", "internet-point", "network-node", "hung-cables", "it-security",
        "printing-premises",
    }  # fmt: skip
    assert set(Finding.objects.values_list("field", flat=True)) >= {Field.TELECOM, Field.POST, Field.INTERNET}
    assert set(ViolationCase.objects.values_list("state", flat=True)) >= {CaseState.CLOSED, CaseState.EXECUTING}
    assert {"sent", "invalid", "accepted"} <= set(Submission.objects.values_list("status", flat=True))
    assert set(PlannedMast.objects.values_list("status", flat=True)) == {"asked", "agreed", "share", "refused"}
    assert not PlannedMast.objects.filter(status="share", shared_mast=None).exists()
    assert set(DueExtension.objects.values_list("status", flat=True)) == {"asked", "granted", "refused"}
    assert list(verify()) == []
    with pytest.raises(CommandError, match="holds installations already"):
        call_command("create_demo")

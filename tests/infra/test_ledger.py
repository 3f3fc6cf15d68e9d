"""The ledger as its auditor meets it: what was written stands, what was tampered with is named."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.contrib.gis.geos import Point
from django.core.management import CommandError, call_command
from django.db import connection

from infra.models import ChangeRecord, InternetPoint, LedgerHead, Site, User
from infra.selectors.history import history_of
from infra.selectors.ledger import heads_file, verify
from infra.services.ledger import act
from tests.factories import AuthorityFactory, InternetPointFactory, SiteFactory, clerk, one_act

pytestmark = pytest.mark.django_db


@pytest.fixture
def site() -> Site:
    return SiteFactory(authority=AuthorityFactory(), name="Trần Lãm 1")


@pytest.fixture(autouse=True)
def _no_exported_heads() -> Iterator[None]:
    heads_file().unlink(missing_ok=True)
    yield
    heads_file().unlink(missing_ok=True)


def move(site: Site, lon: float, *, reason: str = "Measured again") -> ChangeRecord:
    with act(actor=clerk(), authority=site.authority, kind="site.moved", reason=reason) as ledger:
        site.position = Point(lon, 20.5, srid=4326)
        ledger.change(site)
    assert ledger.record is not None
    return ledger.record


def run(sql: str, *params: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)


def cut_off(record: ChangeRecord) -> None:
    """Take the last record and what it wrote out of the database, as somebody with its password could."""
    run("DELETE FROM infra_siteversion WHERE act_id = %s", record.pk)
    run("UPDATE infra_siteversion SET closed_act_id = NULL, valid_to = NULL WHERE closed_act_id = %s", record.pk)
    run("DELETE FROM infra_changerecord WHERE id = %s", record.pk)


def faults() -> list[str]:
    return [str(fault) for fault in verify()]


def test_an_act_without_a_reason_is_refused(site: Site) -> None:
    with (
        pytest.raises(ValueError, match="reason"),
        act(actor=clerk(), authority=site.authority, kind="site.moved", reason="  "),
    ):
        pass


def test_records_are_chained_and_counted(site: Site) -> None:
    first, second = move(site, 106.31), move(site, 106.32)
    assert second.sequence == first.sequence + 1
    assert second.previous_digest == first.digest
    assert second.counts == {"infra.site": {"changed": 1}}
    head = LedgerHead.objects.get(authority=site.authority)
    assert (head.sequence, head.digest) == (second.sequence, second.digest)
    assert faults() == []


def test_saving_what_is_the_same_writes_no_version_and_no_record(site: Site) -> None:
    before = ChangeRecord.objects.count()
    with act(actor=clerk(), authority=site.authority, kind="site.moved", reason="Nothing new") as ledger:
        ledger.change(Site.objects.get(pk=site.pk))
    assert ledger.record is None
    assert ChangeRecord.objects.count() == before


def fail_half_way(site: Site) -> None:
    with act(actor=clerk(), authority=site.authority, kind="site.moved", reason="Measured again") as ledger:
        site.name = "Another name"
        ledger.change(site)
        raise RuntimeError("power cut")


def test_a_failed_act_leaves_nothing(site: Site) -> None:
    before = ChangeRecord.objects.count()
    with pytest.raises(RuntimeError, match="power cut"):
        fail_half_way(site)
    assert Site.objects.get(pk=site.pk).name == "Trần Lãm 1"
    assert ChangeRecord.objects.count() == before
    assert faults() == []


def test_as_of_shows_the_register_as_it_stood() -> None:
    authority = AuthorityFactory()
    with one_act(authority, at=datetime(2026, 1, 10, 3, tzinfo=UTC)):
        site = SiteFactory(authority=authority, position=Point(106.1, 20.5, srid=4326))
    with act(
        actor=clerk(),
        authority=authority,
        kind="site.moved",
        reason="Measured again",
        at=datetime(2026, 3, 1, 3, tzinfo=UTC),
    ) as ledger:
        site.position = Point(106.2, 20.5, srid=4326)
        ledger.change(site)
    stood = {day: [v.position.x for v in Site.objects.as_of(day)] for day in map(date.fromisoformat, DAYS)}
    assert [stood[date.fromisoformat(day)] for day in DAYS] == [[], [106.1], [106.1], [106.2]]


DAYS = ("2026-01-09", "2026-01-10", "2026-02-28", "2026-03-01")


def test_verify_names_an_edited_record(site: Site) -> None:
    record = move(site, 106.31)
    run("UPDATE infra_changerecord SET reason = 'Something else' WHERE id = %s", record.pk)
    assert faults() == [f"{site.authority.code} {record.sequence}: the record was edited"]


def test_verify_names_a_removed_record(site: Site) -> None:
    record = move(site, 106.31)
    move(site, 106.32)
    run("UPDATE infra_siteversion SET closed_act_id = NULL WHERE closed_act_id = %s", record.pk)
    run("DELETE FROM infra_siteversion WHERE act_id = %s", record.pk)
    run("DELETE FROM infra_changerecord WHERE id = %s", record.pk)
    assert faults()[0] == f"{site.authority.code} {record.sequence}: record {record.sequence} is missing"


def test_verify_names_a_tail_cut_off(site: Site) -> None:
    record = move(site, 106.31)
    cut_off(record)
    assert any("the end of the chain was cut off: 1 record(s)" in fault for fault in faults())


def test_a_head_forged_without_the_key_is_found(site: Site) -> None:
    record = move(site, 106.31)
    earlier = ChangeRecord.objects.get(authority=site.authority, sequence=record.sequence - 1)
    run("UPDATE infra_ledgerhead SET sequence = %s, digest = %s", earlier.sequence, earlier.digest)
    assert any("not signed with this key" in fault for fault in faults())


def test_a_chain_put_back_with_its_head_differs_from_the_exported_head(site: Site) -> None:
    head = LedgerHead.objects.get(authority=site.authority)
    old = (head.sequence, head.digest, head.signature)
    record = move(site, 106.31)
    call_command("export_ledger_heads")
    cut_off(record)
    run("UPDATE infra_ledgerhead SET sequence = %s, digest = %s, signature = %s", *old)
    assert any("differs from the head exported on" in fault for fault in faults())


def test_verify_names_an_edited_version(site: Site) -> None:
    record = move(site, 106.31)
    run("UPDATE infra_siteversion SET name = 'Forged' WHERE act_id = %s", record.pk)
    assert f"{site.authority.code} {record.sequence}: a version of infra.site {site.pk} was edited" in faults()


def test_verify_names_a_row_written_past_the_ledger(site: Site) -> None:
    Site.objects.filter(pk=site.pk).update(name="Forged")
    assert faults() == [f"-: infra.site {site.pk} ({site.code} · Forged) differs from its last version"]


def test_the_command_fails_and_names_the_first_broken_record(site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    record = move(site, 106.31)
    call_command("verify_ledger")
    run("UPDATE infra_changerecord SET reason = 'x' WHERE id = %s", record.pk)
    with pytest.raises(CommandError) as stop:
        call_command("verify_ledger")
    assert stop.value.returncode == 1
    assert "the record was edited" in capsys.readouterr().err


def test_personal_data_is_kept_out_of_the_digest_and_can_be_erased() -> None:
    point: InternetPoint = InternetPointFactory(owner_name="Nguyễn Văn A", phone="0901")
    version = InternetPoint.version_model.objects.get(noun_id=point.pk)
    assert set(version.personal_digests) == {"owner_name", "phone"}
    InternetPoint.version_model.objects.filter(pk=version.pk).update(owner_name="", phone="", salt="")
    assert all("was edited" not in fault for fault in faults())


def test_history_tells_in_words_who_moved_it_how_far_and_why(site: Site) -> None:
    person = User.objects.create(username="officer", display_name="Nguyễn Thu Hà")
    old = site.position
    with act(actor=person, authority=site.authority, kind="site.moved", reason="Measured with GNSS") as ledger:
        site.position = Point(old.x, old.y + 0.001, srid=4326)
        ledger.change(site)
    latest, first = history_of(site)
    assert (latest.actor, latest.reason) == ("Nguyễn Thu Hà", "Measured with GNSS")
    assert "111 m" in latest.changes[0].label
    assert first.changes == []
    assert latest.at - first.at < timedelta(minutes=5)


def test_heads_are_exported_beside_the_database(site: Site) -> None:
    call_command("export_ledger_heads")
    assert Path(heads_file()).read_text(encoding="utf-8").count(f'"authority": "{site.authority.code}"') == 1


def test_versions_of_an_act_that_never_was_are_found(site: Site) -> None:
    record = move(site, 106.31)
    run("UPDATE infra_siteversion SET act_id = 999999 WHERE act_id = %s", record.pk)
    assert "versions name the act 999999, which is not there" in " ".join(faults())
    run("UPDATE infra_siteversion SET act_id = %s WHERE act_id = 999999", record.pk)

"""Tables held in memory: the same rows as ``visible_to``, and after any act the same as if they were read anew."""

from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from django.utils import timezone

from infra.models.versions import end_of_day
from infra.services.ledger import act
from infra.services.permits import certificate_lapse
from infra.services.sites import site_merge, site_move
from inspections.models import Incident
from inspections.services.findings import finding_remedy
from maps.queries.filters import Filters
from maps.queries.reader import Reader
from maps.tiles import changes, register
from maps.tiles.columns import Codes, Kept, TextColumn
from maps.tiles.register import table_of
from maps.tiles.selection import select
from maps.tiles.sources.events import CASES, FINDINGS, INCIDENTS, INSPECTIONS, PERMITS
from maps.tiles.sources.installations import INSTALLATIONS
from maps.tiles.sources.places import MASTS, SITES
from maps.tiles.sources.source import Source
from tests import factories as make
from tests.inspections.conftest import File, filed, law  # noqa: F401 -- fixtures
from tests.world import World, at

TODAY = timezone.localdate()
SOURCES = (INSTALLATIONS, SITES, MASTS, PERMITS, INSPECTIONS, FINDINGS, CASES, INCIDENTS)
PEOPLE = ("owner", "colleague", "stranger", "officer", "inspector", "local_officer", "foreign_officer", "outsider")


def rows_of(table: Kept) -> dict[int, dict[str, Any]]:
    """Return id -> everything that is held of it."""
    found = {}
    for row, pk in enumerate(table.ids.tolist()):
        values: dict[str, Any] = {"x": table.x[row], "y": table.y[row]}
        for name, column in table.columns.items():
            if isinstance(column, TextColumn):
                values[name] = column.text(row)
            elif isinstance(column, Codes):
                place = int(column.places[row])
                values[name] = None if place < 0 else (column.values[place], column.labels[place])
            else:
                values[name] = None if np.isnan(column[row]) else column[row]
        found[pk] = values
    return found


def same_as_read_anew(source: Source, day: date | None = None) -> Kept:
    held = table_of(source, day, TODAY)
    anew = source.load("", day)
    assert rows_of(held) == rows_of(anew)
    assert (held.curve[1:] >= held.curve[:-1]).all()
    return held


def test_the_mask_says_what_visible_to_says(world: World, filed: File) -> None:  # noqa: F811
    filed()
    for person in PEOPLE:
        reader = Reader.of(getattr(world, person))
        for source in SOURCES:
            table = table_of(source, None, TODAY)
            if reader.public or source is INCIDENTS:  # whose rows are what an incident did to each installation
                continue
            rows: Any = source.model
            visible = set(rows.objects.visible_to(getattr(world, person)).values_list("pk", flat=True))
            seen = set(table.ids[source.seen(table, reader)].tolist())
            assert seen == visible & set(table.ids.tolist()), (person, source.name)


def test_a_table_is_read_once_and_renewed_by_what_acts_touched(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    before = table_of(INSTALLATIONS, None, TODAY)
    assert table_of(INSTALLATIONS, None, TODAY) is before
    monkeypatch.setattr(Source, "load", lambda *_args: pytest.fail("the whole table was read again"))
    site_move(actor=world.officer, site=world.harbour, to=at(106.6, 20.6), reason="Measured")
    after = table_of(INSTALLATIONS, None, TODAY)
    lon, lat = after.lonlat(np.flatnonzero(after.ids == world.station.pk))
    assert (round(float(lon[0]), 6), round(float(lat[0]), 6)) == (106.6, 20.6)


def _move(world: World) -> None:
    site_move(actor=world.officer, site=world.harbour, to=at(106.61, 20.61), reason="Measured")


def _merge(world: World) -> None:
    site_merge(actor=world.officer, keep=world.market, absorb=world.citadel, reason="The same place")


def _lapse(world: World) -> None:
    certificate_lapse(actor=world.officer, permit=world.certificate, reason="Limits exceeded")


def _rename(world: World) -> None:
    with act(actor=world.officer, authority=world.authority, kind="test", reason="Renamed") as ledger:
        world.station.technologies = "2G,5G"
        world.harbour_mast.height_m = 61.5
        world.viettel.code = "VTL"
        ledger.change(world.station)
        ledger.change(world.harbour_mast)
        ledger.change(world.viettel)


def _build(world: World) -> None:
    with make.one_act(world.authority):
        site = make.SiteFactory(authority=world.authority, code="HYN-00077", position=at(106.2, 20.7))
        make.StationFactory(installation__registry_number="HYN-B-000077", installation__site=site)


def _remove(world: World) -> None:
    with act(actor=world.officer, authority=world.authority, kind="test", reason="Wrong") as ledger:
        ledger.remove(world.internet_point)
        ledger.remove(world.internet_point.installation)


@pytest.mark.parametrize("change", [_move, _merge, _lapse, _rename, _build, _remove])
def test_after_an_act_every_table_is_as_if_read_anew(world: World, change: Any) -> None:
    for source in SOURCES:
        table_of(source, None, TODAY)
    change(world)
    for source in SOURCES:
        same_as_read_anew(source)


@pytest.mark.parametrize("change", [_move, _merge, _lapse, _rename, _build, _remove])
def test_a_past_day_is_made_from_today_by_what_changed_since(
    world: World, monkeypatch: pytest.MonkeyPatch, change: Any
) -> None:
    day = date(2026, 5, 1)
    with_past = [source for source in SOURCES if source.has_past]
    for source in with_past:
        table_of(source, None, TODAY)
    change(world)
    for source in with_past:
        table_of(source, None, TODAY)
    anew = {source.name: rows_of(source.load("", day)) for source in with_past}
    with monkeypatch.context() as patched:
        patched.setattr(Source, "load", lambda *_args: pytest.fail("the whole table was read"))
        turned = {source.name: rows_of(table_of(source, day, TODAY)) for source in with_past}
    assert turned == anew
    monkeypatch.setattr(changes, "MOST_ROWS", 0)
    register._tables.pop(("sites", day))
    assert rows_of(table_of(SITES, day, TODAY)) == anew["sites"]


def test_the_past_is_read_again_only_where_history_changes(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    day = date(2026, 5, 1)
    before = same_as_read_anew(INSTALLATIONS, day)
    _move(world)
    assert table_of(INSTALLATIONS, day, TODAY) is before
    with make.one_act(world.authority, at=make.moment(2026, 4, 1)):
        site = make.SiteFactory(authority=world.authority, code="HYN-00078", position=at(106.2, 20.7))
        make.StationFactory(installation__registry_number="HYN-B-000078", installation__site=site)
    assert len(same_as_read_anew(INSTALLATIONS, day)) == len(before) + 1


def test_permits_of_a_past_day_are_those_that_stood_then(world: World) -> None:
    before = same_as_read_anew(PERMITS, date(2026, 5, 1))
    assert len(before) == len(table_of(PERMITS, None, TODAY)) > 0
    assert not len(table_of(PERMITS, date(2026, 1, 1), TODAY))
    _lapse(world)
    with make.one_act(world.authority):
        make.PermitFactory(installation=world.citadel_station.installation, number="KD-2026-009")

    def states(day: date | None) -> dict[str, str]:
        chosen = select(PERMITS, Reader.of(world.officer), Filters(as_of=day), TODAY)
        codes, number = chosen.table.codes("state"), chosen.table.columns["number"]
        return {number.text(row): codes.labels[codes.places[row]] for row in chosen.rows.tolist()}

    now, then = states(None), states(date(2026, 5, 1))
    assert (now["KD-2022-001"], then["KD-2022-001"]) == ("lapsed", "in_force")
    assert set(now) - set(then) == {"KD-2026-009"}
    for person in PEOPLE:
        reader = Reader.of(getattr(world, person))
        if not reader.public:
            was, today = (select(PERMITS, reader, Filters(as_of=day), TODAY).ids() for day in (date(2026, 5, 1), None))
            assert set(was.tolist()) <= set(today.tolist())


def test_a_certificate_has_expired_by_the_day_of_the_map(world: World) -> None:
    last = world.certificate.expires_on
    reader = Reader.of(world.officer)
    for source, pk in ((PERMITS, world.certificate.pk), (INSTALLATIONS, world.station.pk)):
        for days, expected in ((0, False), (1, True)):
            filters = Filters(as_of=last + timedelta(days=days), certificate="expired")
            assert (pk in select(source, reader, filters, TODAY).ids()) is expected, (source.name, days)


def test_what_was_rolled_back_is_forgotten(world: World) -> None:
    from django.db import transaction

    with transaction.atomic():
        _build(world)
        assert len(table_of(INSTALLATIONS, None, TODAY)) == len(same_as_read_anew(INSTALLATIONS))
        transaction.set_rollback(True)
    _rename(world)
    same_as_read_anew(INSTALLATIONS)


def test_few_registers_of_the_past_stay_in_memory(world: World) -> None:
    for day in range(1, 9):
        table_of(SITES, date(2026, 5, day), TODAY)
    assert len([key for key in register._tables if key[1] is not None]) == register.MOST_PAST


def test_sites_tell_what_stands_there_as_far_as_the_reader_sees(world: World) -> None:
    def told(person: Any, **filters: Any) -> dict[str, dict[str, Any]]:
        chosen = select(SITES, Reader.of(person), Filters(**filters), TODAY)
        code, found = chosen.table.columns["code"], {}
        for row in chosen.rows.tolist():
            values = {}
            for name, column in chosen.told.items():
                place = column.places[row] if isinstance(column, Codes) else column[row]
                values[name] = (column.labels[place] if place >= 0 else None) if isinstance(column, Codes) else place
            found[code.text(row)] = values
        return found

    everything = told(world.officer)
    assert everything["HYN-00001"]["installations"] == 2
    assert everything["HYN-00001"]["operators"] == "VIETTEL,VNPT"
    assert everything["HYN-00001"]["shared"] == 1
    own = told(world.owner)
    assert (own["HYN-00001"]["operators"], own["HYN-00001"]["shared"]) == ("VIETTEL", 0)
    assert set(own) == {"HYN-00001", "HYN-00002", "HPG-00001"}
    assert set(told(world.officer, organization=("VNPT",))) == {"HYN-00001", "HYN-00003"}
    assert set(told(world.officer, shared=True, kind=("base_station",))) == {"HYN-00001"}


def test_inspections_and_their_findings_appear_at_once(world: World, filed: File) -> None:  # noqa: F811
    for source in SOURCES:
        table_of(source, None, TODAY)
    inspection = filed()
    for source in SOURCES:
        same_as_read_anew(source)
    held = table_of(INSPECTIONS, None, TODAY)
    assert held.ids.tolist() == [inspection.pk]
    assert len(table_of(FINDINGS, None, TODAY)) == inspection.findings.count() > 0


def test_findings_of_a_past_day_stood_until_they_were_remedied_or_dropped(world: World, filed: File) -> None:  # noqa: F811
    finding = filed().findings.earliest("id")
    reader, found = Reader.of(world.officer), finding.found_on

    def on(day: date | None, *state: str) -> list[str]:
        chosen = select(FINDINGS, reader, Filters(as_of=day, state=state), TODAY)
        states, ids = chosen.column("state"), chosen.table.ids
        return [states.labels[states.places[row]] for row in chosen.rows.tolist() if ids[row] == finding.pk]

    assert (on(found - timedelta(days=1), "all"), on(found), on(None)) == ([], ["open"], ["open"])
    finding_remedy(actor=world.officer, finding=finding, on=found + timedelta(days=3), note="Done", reason="Seen")
    assert on(None) == on(found + timedelta(days=3)) == []
    assert on(found + timedelta(days=2)) == on(found, "all") == ["open"]
    assert on(None, "remedied") == ["remedied"]
    with make.one_act(world.authority) as ledger:
        finding.refresh_from_db()
        finding.state, finding.remedied_on = "dismissed", None
        ledger.change(finding)
    same_as_read_anew(FINDINGS)
    assert on(None) == on(TODAY) == []
    assert on(TODAY - timedelta(days=1)) == ["open"]


def test_what_was_over_within_two_years_is_on_the_map_of_a_day_before(world: World, filed: File) -> None:  # noqa: F811
    """However long ago it began: it stood on that day."""
    began, over, then = (TODAY - timedelta(days=days) for days in (900, 30, 60))
    finding, dropped = filed().findings.order_by("id")[:2]
    with make.one_act(world.authority) as ledger:
        finding.found_on, finding.state, finding.remedied_on = began, "remedied", over
        dropped.found_on, dropped.state = began, "dismissed"
        ledger.change(finding)
        ledger.change(dropped)
    Incident.objects.create(
        number="SC-1", unit=world.thai_thuy, authority=world.authority, organization=world.viettel, kind="outage",
        started_at=end_of_day(began), ended_at=end_of_day(over),
    )  # fmt: skip
    reader = Reader.of(world.officer)

    def open_on(source: Source, state: str, day: date | None) -> set[int]:
        return set(select(source, reader, Filters(as_of=day, state=(state,)), TODAY).ids().tolist())

    assert {finding.pk, dropped.pk} <= open_on(FINDINGS, "open", then)
    assert {finding.pk, dropped.pk}.isdisjoint(open_on(FINDINGS, "open", None))
    assert (len(open_on(INCIDENTS, "lasting", then)), len(open_on(INCIDENTS, "lasting", None))) == (1, 0)


def test_an_incident_is_seen_at_each_of_its_installations(world: World) -> None:
    started = make.moment(2026, 11, 20)
    common = {"authority": world.authority, "organization": world.viettel, "kind": "outage", "started_at": started}
    outage = Incident.objects.create(number="SC-1", unit=world.thai_thuy, **common)
    for station, back in ((world.station, None), (world.citadel_station, make.moment(2026, 11, 21))):
        outage.rows.create(installation=station.installation, out_since=started, back_at=back, cause="power")
    Incident.objects.create(number="SC-2", unit=world.thai_thuy, position=at(106.55, 20.5), **common)

    def seen(person: Any, *state: str) -> list[tuple[str, str]]:
        chosen = select(INCIDENTS, Reader.of(person), Filters(state=state), TODAY)
        names = (chosen.table.columns["number"], chosen.table.columns["installation"])
        return sorted((names[0].text(row), names[1].text(row)) for row in chosen.rows.tolist())

    everything = [("SC-1", "HYN-B-000001"), ("SC-1", "HYN-B-000003"), ("SC-2", "")]
    assert seen(world.officer) == seen(world.owner) == everything
    assert seen(world.officer, "lasting") == [everything[0], everything[2]]
    assert seen(world.stranger) == []

    def on(day: int, *state: str) -> list[tuple[str, str]]:
        filters = Filters(state=state, as_of=date(2026, 11, day))
        chosen = select(INCIDENTS, Reader.of(world.officer), filters, TODAY)
        states, name = chosen.column("state"), chosen.table.columns["installation"]
        return sorted((name.text(row), states.labels[states.places[row]]) for row in chosen.rows.tolist())

    assert on(19) == []
    assert on(20) == [("", "lasting"), ("HYN-B-000001", "lasting"), ("HYN-B-000003", "lasting")]
    assert on(20, "over") == []
    assert on(21, "over") == [("HYN-B-000003", "over")]

"""The index of words follows whoever writes; mistyped words are understood; nobody finds what is not theirs."""

from typing import Any

import pytest
from django.db import connection

from infra.models import Site
from infra.services.ledger import act
from infra.spatial.tables import installation, site
from maps.queries import search as queries
from maps.queries.search import found_in, words_of
from maps.queries.spelling import Vocabulary, distance
from maps.selectors import search as selectors
from tests import factories as make
from tests.world import SignIn, World


def find(as_person: SignIn, person: Any, text: str) -> Any:
    return as_person(person).get("/map/search.json", {"q": text}).json()


def sites_of(answer: Any) -> list[str]:
    return [hit["site"] for hit in answer["results"] if hit["site"]]


def test_the_index_follows_inserts_changes_and_removals(world: World) -> None:
    assert found_in(site, ["diem", "dien"], 9) == [world.harbour.pk]
    with act(actor=world.officer, authority=world.authority, kind="test", reason="Renamed") as ledger:
        world.harbour.name = "Bến phà Trà Lý"
        ledger.change(world.harbour)
    assert found_in(site, ["tra", "ly"], 9) == [world.harbour.pk]
    assert found_in(site, ["cang"], 9) == []
    Site.objects.filter(pk=world.citadel.pk).update(search_text="mot ten khac hoan toan")
    assert found_in(site, ["khac", "hoan"], 9) == [world.citadel.pk]
    with act(actor=world.officer, authority=world.authority, kind="test", reason="Wrong") as ledger:
        ledger.remove(world.internet_point)
        ledger.remove(world.internet_point.installation)
    assert found_in(installation, ["hyn-i-000001"], 9) == []


@pytest.mark.parametrize("text", ['"', "'", '" OR "', "a* NEAR b", "(((", "%%%", "___", "\\\\\\", "x" * 300])
def test_what_means_something_to_a_database_is_text(world: World, text: str) -> None:
    for table in (site, installation):
        assert found_in(table, words_of(text) or ["x"], 9) == []


def test_short_words_are_found_beside_long_ones(world: World) -> None:
    with make.one_act(world.authority):
        make.SiteFactory(authority=world.authority, code="HYN-00088", name="Ia O", unit=world.pho_hien)
    found = Site.objects.get(code="HYN-00088").pk
    assert found_in(site, ["ia", "o"], 9) == [found]
    assert found in found_in(site, ["pho", "hien", "o"], 9)
    assert found not in found_in(site, ["pho", "hien", "zz"], 9)
    assert found in found_in(site, ["ia"], 9)  # alone, where a word begins
    assert found not in found_in(site, ["ie"], 9)


def test_what_many_rows_hold_is_given_as_often_as_asked_for(world: World) -> None:
    every = found_in(site, ["hyn"], 99)
    assert len(every) == len(set(every)) == 3
    assert set(found_in(site, ["hyn"], 2)) < set(every)
    assert len(found_in(site, ["hyn", "000"], 2)) == 2


def test_postgis_and_spatialite_use_their_index(world: World) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            read = "SELECT seq_tup_read, idx_scan FROM pg_stat_xact_user_tables WHERE relname = 'words_infra_site'"
            cursor.execute(read)
            rows, scans = cursor.fetchone()
            assert found_in(site, ["xylophon"], 1) == []
            cursor.execute(read)
            # The first rows are looked at, never the whole table, however few rows it has.
            assert cursor.fetchone() == (rows + 2, scans + 1)
        else:
            cursor.execute(
                "EXPLAIN QUERY PLAN SELECT rowid FROM words_infra_site WHERE words_infra_site MATCH %s", ['"diem"']
            )
            assert "VIRTUAL TABLE INDEX" in cursor.fetchone()[3]


# --- Mistyped ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "meant", "site_code"),
    [
        ("Pho Hein", "pho hien", "HYN-00002"),
        ("cang diem deen", "cang diem dien", "HYN-00001"),
        ("Thai Thuyy", "thai thuy", None),
        ("TBH00019", "tbh0001", "HYN-00001"),
    ],
)
def test_mistyped_words_are_understood(
    world: World, as_person: SignIn, typed: str, meant: str, site_code: str | None
) -> None:
    found = find(as_person, world.officer, typed)
    assert found["corrected"] == meant
    assert found["results"]
    assert site_code is None or site_code in sites_of(found)
    assert find(as_person, world.officer, meant)["corrected"] is None


def test_what_nobody_means_is_not_guessed(world: World, as_person: SignIn) -> None:
    assert find(as_person, world.officer, "xylophon qqqq") == {"results": [], "corrected": None}


def test_letters_are_counted_as_people_mistype() -> None:
    assert distance("hien", "hein") == 1
    assert distance("thuy", "thuyy") == 1
    assert distance("hung", "hang") == 1
    assert distance("dien", "deenx") == 2
    assert Vocabulary({"hien", "hung", "dien"}).near("hein") == ["hien"]
    assert Vocabulary({"hien"}).near("hien") == []
    assert Vocabulary({"minh", "mian", "mahn", "ho"}).near("mihn")[0] == "minh"
    assert Vocabulary({"minh", "ha"}).near("ho") == []


# --- Rights -----------------------------------------------------------------------------------------------------------


def test_a_person_whose_rows_are_rare_still_finds_them(
    world: World, as_person: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The index names others' rows first; then the database is asked for the person's own."""
    monkeypatch.setattr(selectors, "MOST_CANDIDATES", (1,))
    assert sites_of(find(as_person, world.local_officer, "hyn-b-0000")) == ["HYN-00001"]
    assert set(sites_of(find(as_person, world.stranger, "hyn-b-0000"))) == {"HYN-00001", "HYN-00003"}


def test_the_public_is_not_told_operators_codes(world: World, as_person: SignIn) -> None:
    answer = find(as_person, None, "hyn-b-000001")
    assert sites_of(answer) == ["HYN-00001"]
    assert "TBH0001" not in str(answer)


def test_a_registry_number_comes_first(world: World, as_person: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selectors, "found_in", lambda *_args: [])
    assert sites_of(find(as_person, world.officer, "HYN-B-000004")) == ["HYN-00003"]
    assert queries.with_code(site, "hyn-00002") == [world.citadel.pk]


def test_queries_of_a_search(world: World, as_person: SignIn, django_assert_max_num_queries: Any) -> None:
    client = as_person(world.officer)
    client.get("/map/search.json", {"q": "pho hien"})
    with django_assert_max_num_queries(16):
        client.get("/map/search.json", {"q": "pho hien"})

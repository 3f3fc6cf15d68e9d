"""The folded texts of the large tables are found by any part of a word, whoever wrote the rows."""

from typing import Any

import polars as pl
import pytest
from django.db import DatabaseError, connection, transaction

from infra.models import Installation, Site, trigrams
from infra.selectors.collections import searched
from infra.services import words_beside
from infra.services.frames import MANY
from infra.services.ledger import Act
from tests.factories import InstallationFactory, SiteFactory
from tests.infra.test_frames import copies, numbered, write

WORDS = "words_infra_site"


def names(*texts: str) -> list[str]:
    return list(searched(Site.objects.order_by("search_text"), " ".join(texts)).values_list("search_text", flat=True))


def site(text: str) -> Site:
    """A site whose search text is *text*, whatever its own words."""
    made = SiteFactory()
    Site.objects.filter(pk=made.pk).update(search_text=text)
    return made


def worded() -> dict[int, str]:
    """What the table of words holds of rows that are there or are not."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id, search_text FROM {WORDS}")
        return dict(cursor.fetchall())


@pytest.fixture
def only_postgis(on_postgis: bool) -> None:
    if not on_postgis:
        pytest.skip("SpatiaLite has its words in an FTS5 table")


@pytest.mark.django_db
def test_every_word_is_asked_for_as_it_stands() -> None:
    for text in ("cau vong 50%", "cau vong 500", "a_b cau", "a-b cau", "duong c\\d"):
        site(text)
    assert names("cau") == ["a-b cau", "a_b cau", "cau vong 50%", "cau vong 500"]
    assert names("vong", "cau", "50") == ["cau vong 50%", "cau vong 500"]
    assert names("50%") == ["cau vong 50%"]
    assert names("a_b") == ["a_b cau"]
    assert names("c\\d") == ["duong c\\d"]
    assert names("") == names("   ") == ["a-b cau", "a_b cau", "cau vong 50%", "cau vong 500", "duong c\\d"]
    assert names("cau", "xylophon") == []


@pytest.mark.django_db
def test_words_of_another_noun_are_asked_through_it() -> None:
    there = InstallationFactory(site=site("ben pha"))
    InstallationFactory(site=site("ben xe"))
    assert list(searched(Installation.objects.all(), "pha ben", "site__search_text")) == [there]
    assert searched(Installation.objects.all(), "ben", "site__search_text").count() == 2
    assert not searched(Installation.objects.exclude(pk=there.pk), "pha", "site__search_text").exists()


@pytest.mark.django_db
def test_words_follow_every_way_of_writing(only_postgis: None) -> None:
    one = site("mot")
    two, three = Site.objects.bulk_create(
        [Site(authority=one.authority, code=code, position=one.position, search_text=code) for code in ("hai", "ba")]
    )
    assert worded().items() >= {one.pk: "mot", two.pk: "hai", three.pk: "ba"}.items()
    Site.objects.filter(pk=one.pk).update(search_text="mot nua")
    two.search_text = "hai nua"
    two.save()
    Site.objects.filter(pk=three.pk).delete()
    there = worded()
    assert (there[one.pk], there[two.pk]) == ("mot nua", "hai nua")
    assert three.pk not in there


@pytest.mark.django_db(transaction=True)
def test_words_of_an_emptied_table_are_gone(only_postgis: None) -> None:
    SiteFactory()
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE infra_site CASCADE")
    assert worded() == {}


def many() -> tuple[Site, pl.DataFrame]:
    """A site, and many like it that are not registered yet."""
    made = SiteFactory()
    frame = copies(Site, MANY, code=numbered("C-"))
    return made, frame.with_columns(search_text=pl.lit("nha may ") + pl.col("code").str.to_lowercase())


@pytest.mark.django_db(transaction=True)
def test_words_of_many_rows_are_those_of_the_rows() -> None:
    first, frame = many()
    write(first.authority, "copied", lambda ledger: ledger.add_frame(Site, frame))
    assert searched(Site.objects.all(), "nha may").count() == MANY
    renamed = frame.head(3).with_columns(search_text=pl.lit("doi ten"))
    write(first.authority, "renamed", lambda ledger: ledger.change_frame(Site, renamed))
    assert searched(Site.objects.all(), "nha may").count() == MANY - 3
    assert searched(Site.objects.all(), "doi ten").count() == 3
    if connection.vendor == "postgresql":
        assert worded() == dict(Site.objects.values_list("pk", "search_text"))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("moment", ["_begin", "_enter", "_commit"])
def test_words_are_entered_even_if_the_other_connection_breaks_off(
    moment: str, only_postgis: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> None:
        raise DatabaseError("no more connections")

    monkeypatch.setattr(words_beside, moment, broken)
    first, frame = many()
    write(first.authority, "copied", lambda ledger: ledger.add_frame(Site, frame))
    assert worded() == dict(Site.objects.values_list("pk", "search_text"))


@pytest.mark.django_db(transaction=True)
def test_what_breaks_off_leaves_no_words(only_postgis: None, monkeypatch: pytest.MonkeyPatch) -> None:
    first, frame = many()

    def lost(ledger: Act) -> None:
        ledger.add_frame(Site, frame)
        ledger.write()
        raise MemoryError("no room")

    with pytest.raises(MemoryError):
        write(first.authority, "copied", lost)
    assert list(worded()) == [first.pk]

    def refused(self: words_beside.WordsBeside) -> None:
        done(self)
        raise DatabaseError("the server went away")

    done = words_beside.WordsBeside.done
    monkeypatch.setattr(words_beside.WordsBeside, "done", refused)
    with pytest.raises(DatabaseError):
        write(first.authority, "copied", lambda ledger: ledger.add_frame(Site, frame))
    assert list(worded()) == [first.pk]


@pytest.mark.django_db(transaction=True)
def test_words_without_rows_are_swept_while_nobody_enters_any(only_postgis: None) -> None:
    there = site("ben pha")
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {WORDS} VALUES (%s, 'ma')", [there.pk + 1])
    other = connection.copy("other")
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [trigrams.ENTERING])
            with other.cursor() as its:
                its.execute("SELECT pg_try_advisory_lock(%s)", [trigrams.ENTERING])
                assert its.fetchone() == (False,)
        trigrams.sweep(connection)
    finally:
        other.close()
    assert worded() == {there.pk: "ben pha"}

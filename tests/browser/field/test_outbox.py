"""Whatever happens to line and browser: each inspection and each photo arrives, and arrives once."""

import hashlib
from pathlib import Path

from django.utils import timezone
from PIL import Image
from playwright.sync_api import expect

from infra.services.attachments import path_of
from inspections.models import Inspection, Photo
from tests.browser.field.conftest import TASKS, Phones
from tests.browser.field.hand import Hand
from tests.browser.field.line import Line
from tests.browser.field.pictures import GPS_IFD, photo
from tests.world import World

#: four questions of each visit get a photo
PHOTOGRAPHED = ("certificate_valid", "certificate_posted", "earthing_resistance", "guys")
PATIENCE_MS = 90_000


def _pictures(folder: Path, count: int) -> list[Path]:
    now = timezone.localtime()
    return [photo(folder / f"p{seed}.jpg", seed, now, 106.5686, 20.5602) for seed in range(count)]


def _visit(hand: Hand, name: str, pictures: list[Path]) -> str:
    questions = hand.begins(name)
    hand.answers(questions, "certificate_valid", "fail")
    hand.photographs(pictures[0])
    hand.answers(questions, "certificate_posted", "pass")
    hand.photographs(pictures[1])
    hand.answers(questions, "earthing_resistance", value="14,0")
    expect(hand.page.locator("#verdict")).to_contain_text("lớn hơn 10")
    hand.photographs(pictures[2])
    hand.answers(questions, "guys", "na")
    hand.photographs(pictures[3])
    return questions


def test_three_visits_and_twelve_photos_survive_everything(
    day: World, line: Line, phones: Phones, tmp_path: Path
) -> None:
    """Package → cut → cold start → three visits → killed midway → reopened → a line that drops every third request."""
    hand = phones()
    hand.takes_the_phone()
    hand.opens_the_app()
    hand.signs_in("inspector")
    expect(hand.page.locator(".fa-task")).to_have_count(3)
    hand.waits_until_the_app_is_kept()
    hand.puts_it_away()

    line.cut()
    hand.takes_the_phone()
    hand.loses_the_line()
    hand.opens_the_app()
    hand.unlocks()
    expect(hand.page.locator(".fa-task")).to_have_count(3)
    pictures = _pictures(tmp_path, 12)
    hand.files(_visit(hand, TASKS[0], pictures[:4]))
    hand.files(_visit(hand, TASKS[1], pictures[4:8]))
    _visit(hand, TASKS[2], pictures[8:])
    hand.is_killed()

    hand.takes_the_phone()
    hand.loses_the_line()
    hand.opens_the_app()
    hand.unlocks()
    hand.goes_to("#/tasks")
    hand.page.locator(".fa-task", has_text=TASKS[2]).click()
    expect(hand.page.locator("main")).to_contain_text("14,0 Ω")
    hand.files("#" + hand.page.url.split("#")[1] + "/q")
    assert Inspection.objects.count() == 0
    assert Photo.objects.count() == 0

    line.every_third = True
    line.connect()
    hand.has_a_line()
    expect(hand.page.locator(".fa-head")).to_contain_text("Đã gửi hết", timeout=PATIENCE_MS)
    assert len(line.dropped) >= 4
    assert any(name.startswith("PUT") and "/photos/" in name for name in line.dropped)
    hand.puts_it_away()

    _three_visits_arrived(day)
    _twelve_photos_arrived()
    assert _left_over(hand) == {"pictures": 0, "parcels": 0}


def _three_visits_arrived(day: World) -> None:
    inspections = list(Inspection.objects.order_by("started_at"))
    assert [row.subject_ref for row in inspections] == [
        station.installation.registry_number for station in (day.station, day.citadel_station, day.market_station)
    ]
    for row in inspections:
        assert (row.status, row.result, row.inspector) == ("submitted", "fail", day.inspector)
        answers = {one.item.code: (one.outcome, one.value) for one in row.answers.select_related("item")}
        assert answers["earthing_resistance"] == ("fail", "14,0")
        assert answers["certificate_valid"][0] == "fail"
        assert row.findings.count() == 2
        assert row.accuracy_m == 4


def _twelve_photos_arrived() -> None:
    photos = list(Photo.objects.arrived())
    assert len(photos) == Photo.objects.count() == 12
    assert len({one.sha256 for one in photos}) == 12
    assert {one.item_code for one in photos} == set(PHOTOGRAPHED)
    for one in photos:
        content = path_of(one.sha256).read_bytes()
        assert hashlib.sha256(content).hexdigest() == one.sha256
        assert len(content) == one.size
        assert one.accuracy_m == 4
        assert abs(one.position.x - 106.5686) < 1e-6
        with Image.open(path_of(one.sha256)) as picture:
            assert picture.size == (1497, 2048)  # upright and made smaller
            exif = picture.getexif()
            assert exif[0x0112] == 1
            assert float(exif.get_ifd(GPS_IFD)[4][0]) == 106
            assert exif.get_ifd(0x8769)[0x9003].startswith(f"{timezone.localdate():%Y}")


def _left_over(hand: Hand) -> dict[str, int]:
    """Open the phone once more and count the pictures that still lie there to be sent."""
    hand.takes_the_phone()
    hand.opens_the_app()
    left: dict[str, int] = hand.page.evaluate(
        """async () => {
          const database = await new Promise((done) => {
            const asked = indexedDB.open("sotram-field");
            asked.onsuccess = () => done(asked.result);
          });
          const all = (name) => new Promise((done) => {
            const asked = database.transaction(name).objectStore(name).getAllKeys();
            asked.onsuccess = () => done(asked.result);
          });
          const pictures = (await all("pictures")).filter((key) => key[1] === "sent");
          return { pictures: pictures.length, parcels: (await all("parcels")).length };
        }"""
    )
    return left

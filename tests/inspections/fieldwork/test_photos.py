"""Photos as evidence: what the camera wrote, how far away, a copy to show, limits on what is taken."""

from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client
from PIL import Image

from inspections.fieldwork.pictures import BadPhoto, examine
from inspections.models import Inspection, Photo
from tests.inspections.fieldwork.phones import digest, picture
from tests.inspections.test_api import put, wire
from tests.world import SignIn, World

HARBOUR = (106.5685, 20.5602)


def put_photo(client: Client, uuid: UUID, content: bytes, name: str | None = None) -> Any:
    address = f"/api/v1/inspections/{uuid}/photos/{name or digest(content)}/"
    return client.put(address, content, content_type="image/jpeg")


@pytest.fixture
def ref(world: World, law: None) -> str:
    return str(world.station.installation.registry_number)


# --- The picture itself -----------------------------------------------------------------------------------------------


def test_what_the_camera_wrote_is_read() -> None:
    found = examine(picture(at=HARBOUR))
    assert (found.content_type, found.width, found.height) == ("image/jpeg", 64, 48)
    assert found.exif["taken_at"] == "2026-11-20T08:41:07+07:00"
    assert found.exif["camera"] == "Samsung SM-A556E"
    assert found.exif["accuracy_m"] == 4.5
    assert (found.exif["lon"], found.exif["lat"]) == pytest.approx(HARBOUR, abs=1e-6)
    assert examine(picture(at=(-70.5, -33.25))).exif["lat"] == pytest.approx(-33.25)


def test_the_copy_is_upright_small_and_tells_nothing() -> None:
    content = picture(size=(4000, 3000), at=HARBOUR)
    shown = Image.open(BytesIO(examine(content).display or b""))
    assert shown.size == (1200, 1600)
    assert not shown.getexif()
    assert shown.format == "JPEG"


def test_transparent_ink_is_shown_on_white_paper() -> None:
    ink = BytesIO()
    Image.new("RGBA", (10, 10), (0, 0, 0, 0)).save(ink, "PNG")
    shown = Image.open(BytesIO(examine(ink.getvalue()).display or b""))
    assert shown.getpixel((5, 5)) == (255, 255, 255)


def test_a_damaged_picture_is_kept_without_a_copy() -> None:
    whole = picture(size=(900, 900))
    found = examine(whole[: len(whole) // 2])
    assert (found.content_type, found.display) == ("image/jpeg", None)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"hello", "photo.type"),
        (b"GIF89a\x01\x00\x01\x00\x00\x00\x00;", "photo.type"),
        (b"\xff\xd8\xff" + b"\x00" * 40, "photo.type"),
        (b"x" * (25 * 2**20 + 1), "photo.size"),
    ],
)
def test_what_is_no_picture_or_too_large_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(BadPhoto) as refused:
        examine(content)
    assert refused.value.code == code


def test_a_picture_that_unpacks_to_gigabytes_is_refused_unopened() -> None:
    bomb = BytesIO()
    Image.new("1", (20_000, 20_000)).save(bomb, "PNG")
    assert len(bomb.getvalue()) < 100_000
    with pytest.raises(BadPhoto) as refused:
        examine(bomb.getvalue())
    assert refused.value.code == "photo.pixels"


def test_nonsense_in_the_camera_s_notes_keeps_no_photo_away() -> None:
    image = Image.new("RGB", (8, 8))
    exif = Image.Exif()
    exif.get_ifd(0x8825).update({1: "N", 2: (1.0, 99.0), 3: "E", 4: (999.0, 0.0, 0.0)})
    exif.get_ifd(0x8769).update({0x9003: "yesterday"})
    file = BytesIO()
    image.save(file, "JPEG", exif=exif)
    assert "lon" not in examine(file.getvalue()).exif
    assert "taken_at" not in examine(file.getvalue()).exif


# --- On the way in ----------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_photo_comes_before_or_after_its_form(as_person: SignIn, world: World, ref: str) -> None:
    client = as_person(world.inspector)
    early, late = picture(at=HARBOUR), picture(colour=90)
    uuid = uuid4()
    assert put_photo(client, uuid, early).status_code == 201
    named = [{"sha256": digest(early), "item": "guys"}, {"sha256": digest(late), "lon": 106.5685, "lat": 20.5652}]
    assert put(client, uuid, wire(ref, photos=named)).status_code == 201
    assert put_photo(client, uuid, late).status_code == 201
    assert put_photo(client, uuid, late).status_code == 200
    rows = {row["sha256"]: row for row in client.get(f"/api/v1/inspections/{uuid}/photos/").json()}
    assert rows[digest(early)]["item"] == "guys"
    assert rows[digest(early)]["distance_m"] == pytest.approx(0, abs=1)
    assert rows[digest(late)]["distance_m"] == pytest.approx(553, abs=5)
    assert all(row["received_at"] and row["announced"] for row in rows.values())


@pytest.mark.django_db
def test_the_original_is_given_back_byte_for_byte_and_a_copy_is_shown(
    as_person: SignIn, world: World, ref: str
) -> None:
    client, uuid, content = as_person(world.inspector), uuid4(), picture(size=(2000, 1000), at=HARBOUR)
    put(client, uuid, wire(ref, photos=[{"sha256": digest(content)}]))
    put_photo(client, uuid, content)
    address = f"/api/v1/inspections/{uuid}/photos/{digest(content)}/"
    assert b"".join(client.get(address).streaming_content) == content
    shown = client.get(f"{address}?size=display")
    assert b"Samsung" not in b"".join(shown.streaming_content)
    assert client.get(f"{address}?size=tiny&page=1").status_code == 400
    page = client.get(f"/inspections/{uuid}/photos/{digest(content)}/")
    assert b"Samsung" not in b"".join(page.streaming_content)


@pytest.mark.django_db
def test_a_wrong_digest_stores_nothing(as_person: SignIn, world: World, ref: str) -> None:
    answer = put_photo(as_person(world.inspector), uuid4(), picture(), "0" * 64)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["code"] == "photo.digest"
    assert not Photo.objects.exists()


@pytest.mark.django_db
def test_pictures_of_signatures_arrive_like_photos_and_are_none(as_person: SignIn, world: World, ref: str) -> None:
    client, uuid, ink = as_person(world.inspector), uuid4(), picture(kind="PNG")
    signed = {"name": "Trần Quốc Bình", "image_sha256": digest(ink), "role": "party", "refused": False}
    refused = {"name": "Lê Văn Nam", "role": "witness", "refused": True, "reason": "Không có mặt"}
    stored = put(client, uuid, wire(ref, signatures=[signed, refused])).json()
    assert stored["photos"] == []
    assert [(row["role"], row["refused"], row["reason"]) for row in stored["signatures"]] == [
        ("party", False, ""),
        ("witness", True, "Không có mặt"),
    ]
    (waiting,) = client.get(f"/api/v1/inspections/{uuid}/photos/").json()
    assert (waiting["sha256"], waiting["is_signature"], waiting["received_at"]) == (digest(ink), True, None)
    assert put_photo(client, uuid, ink).json()["received_at"]
    assert Inspection.objects.get().signatures.count() == 2


@pytest.mark.django_db
def test_what_the_phone_read_in_the_original_is_kept(as_person: SignIn, world: World, ref: str) -> None:
    client, uuid, content = as_person(world.inspector), uuid4(), picture()
    original = {
        "sha256": "a" * 64,
        "size": 4_100_000,
        "width": 4000,
        "height": 3000,
        "taken_at": "2026:11:20 08:41:07",
        "lon": 106.5685,
        "lat": 20.5602,
    }
    body = wire(ref, photos=[{"sha256": digest(content), "original": original}])
    (row,) = put(client, uuid, body).json()["photos"]
    assert row["original"] == original
    assert row["distance_m"] == pytest.approx(0, abs=1)

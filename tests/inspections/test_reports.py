"""The record of an inspection and the summary of a campaign, as PDF and as DOCX."""

import hashlib
from io import BytesIO
from typing import Any

import pytest
from django.utils import timezone
from docx import Document
from docx.text.paragraph import Paragraph
from PIL import Image
from pytest_django import DjangoAssertNumQueries

from inspections.fieldwork.photos import photo_put
from inspections.models import Campaign, CampaignTask, Inspection
from inspections.services.reviews import inspection_review
from tests.inspections.conftest import File, answer
from tests.world import SignIn, World

pytestmark = pytest.mark.django_db


def picture(colour: str, kind: str = "JPEG") -> bytes:
    stream = BytesIO()
    Image.new("RGB", (640, 480), colour).save(stream, kind)
    return stream.getvalue()


@pytest.fixture
def visit(filed: File, world: World) -> Inspection:
    shot, signed = picture("navy"), picture("white", "PNG")
    digests = [hashlib.sha256(content).hexdigest() for content in (shot, signed)]
    inspection = filed(
        answer("earthing_resistance", value="14", unit="ohm", instrument={"serial": "KY-1187"}),
        answer("fence_lock_sign", "pass", note="Khóa mới thay"),
        photos=[{"sha256": digests[0], "item": "earthing_resistance", "taken_at": None, "lon": None, "lat": None}],
        signatures=[
            {"name": "Trần Quốc Bình", "title": "Trưởng trạm", "image_sha256": digests[1], "refused": False},
            {"name": "Lê Văn Tám", "title": "", "image_sha256": None, "refused": True, "reason": "Không đồng ý"},
        ],
        position={"lon": 106.5686, "lat": 20.5602, "accuracy_m": 4.0},
        notes="Đường vào ngập nước",
    )
    for digest, content in zip(digests, (shot, signed), strict=True):
        photo_put(actor=world.inspector, uuid=inspection.uuid, sha256=digest, content=content)
    return inspection


def words_of(content: bytes) -> tuple[str, int]:
    """Return the text of a DOCX in its order, tables included, and how many pictures it holds."""
    document = Document(BytesIO(content))
    words = []
    for part in document.iter_inner_content():
        if isinstance(part, Paragraph):
            words.append(part.text)
        else:
            words += [cell.text for row in part.rows for cell in row.cells]
    media = [part for part in document.part.package.parts if str(part.partname).startswith("/word/media/")]
    return "\n".join(words).replace("\xa0", " "), len(media)


def test_tables_of_a_record_keep_their_widths_in_every_word_processor(
    as_person: SignIn, world: World, visit: Inspection
) -> None:
    document = Document(BytesIO(as_person(world.manager).get(f"/inspections/{visit.uuid}/record.docx").content))
    results = next(grid for grid in document.tables if grid.cell(0, 0).text == "TT")
    number, content = results.columns[0].width, results.columns[1].width
    assert number is not None
    assert content is not None
    assert content > 4 * number
    told = [[cell.width for cell in row._tr.tc_lst] for row in results.rows]
    assert told[0] == [column.width for column in results.columns]
    assert told[1] == [pytest.approx(sum(told[0]), rel=0.001)]  # a heading within goes over the whole line
    assert all("cantSplit" in row._tr.xml for row in results.rows[1:])


def test_record_says_everything_with_photos_values_limits_and_signatures(
    as_person: SignIn, world: World, visit: Inspection
) -> None:
    client = as_person(world.manager)
    words, pictures = words_of(client.get(f"/inspections/{visit.uuid}/record.docx").content)
    for expected in (
        "BIÊN BẢN KIỂM TRA", visit.number, "14 Ω; thiết bị đo KY-1187", "≤ 10 Ω, QCVN 9:2016/BTTTT", "Không đạt",
        "Khóa mới thay", "14 Ω lớn hơn 10 Ω", "Trần Quốc Bình", "từ chối ký: Không đồng ý", "Đường vào ngập nước",
        "± 4 m", visit.content_digest,
    ):  # fmt: skip
        assert expected in words, expected
    assert pictures == 3  # the sketch, the photo, the signature
    assert words.index("từ chối ký") < words.index("Phụ lục 1") < words.index("Phụ lục 2")
    answered = client.get(f"/inspections/{visit.uuid}/record.pdf")
    assert answered["Content-Type"] == "application/pdf"
    assert answered.content.startswith(b"%PDF-1.")
    assert f'filename="{visit.number}.pdf"' in answered["Content-Disposition"]


def test_record_of_what_was_set_aside_says_so(as_person: SignIn, world: World, visit: Inspection) -> None:
    inspection_review(actor=world.manager, inspection=visit, to="set_aside", reason="Trùng")
    words, _pictures = words_of(as_person(world.manager).get(f"/inspections/{visit.uuid}/record.docx").content)
    assert "Không tính" in words or "Gác lại" in words


def test_three_people_and_nobody(as_person: SignIn, world: World, visit: Inspection, filed: File) -> None:
    draft = filed(status="draft")
    for person, expected in (
        (world.owner, 200), (world.colleague, 200), (world.stranger, 404), (world.outsider, 404), (None, 302),
    ):  # fmt: skip
        assert as_person(person).get(f"/inspections/{visit.uuid}/record.docx").status_code == expected
    assert as_person(world.inspector).get(f"/inspections/{draft.uuid}/record.pdf").status_code == 404
    assert as_person(world.inspector).get(f"/inspections/{visit.uuid}/record.exe").status_code == 404


@pytest.fixture
def campaign(world: World, law: None, filed: File) -> Campaign:
    today = timezone.localdate()
    made = Campaign.objects.create(
        authority=world.authority, number=7, title="An toàn trước mùa mưa bão", decision_number="88/QĐ-SKHCN",
        starts_on=today, ends_on=today, status="running",
    )  # fmt: skip
    made.team.add(world.inspector)
    for order, station in enumerate((world.station, world.citadel_station)):
        CampaignTask.objects.create(
            campaign=made, installation=station.installation, unit=station.installation.unit,
            assignee=world.inspector, planned_on=today, order=order,
        )  # fmt: skip
    filed(
        answer("earthing_resistance", value="14"),
        ref=world.station.installation.registry_number,
        campaign=7,
        started_at=timezone.now(),
        finished_at=timezone.now(),
    )  # fmt: skip
    return made


def test_summary_counts_visits_findings_and_names_every_target(
    as_person: SignIn, world: World, campaign: Campaign
) -> None:
    client = as_person(world.manager)
    words, pictures = words_of(client.get(f"/campaigns/{campaign.pk}/summary.docx").content)
    for expected in (
        "88/QĐ-SKHCN", "đã kiểm tra 1/2 điểm (50 %)", "Điện trở tiếp đất", "chưa kiểm tra",
        world.station.installation.registry_number, world.citadel_station.installation.registry_number,
    ):  # fmt: skip
        assert expected in words, expected
    assert pictures == 1
    assert client.get(f"/campaigns/{campaign.pk}/summary.pdf").content.startswith(b"%PDF-1.")
    assert as_person(world.owner).get(f"/campaigns/{campaign.pk}/summary.pdf").status_code == 404


def test_papers_cost_a_fixed_number_of_queries(
    as_person: SignIn, world: World, visit: Inspection, campaign: Campaign,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:  # fmt: skip
    client = as_person(world.manager)
    addresses: list[tuple[str, Any]] = [
        (f"/inspections/{visit.uuid}/record.docx", 17), (f"/campaigns/{campaign.pk}/summary.docx", 17),
    ]  # fmt: skip
    for address, queries in addresses:
        client.get(address)
        with django_assert_max_num_queries(queries):
            client.get(address)

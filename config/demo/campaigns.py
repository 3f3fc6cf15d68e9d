"""Campaigns of the demo: one closed, one running with late visits and reviews, one that is not planned yet."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

import numpy as np
from django.utils import timezone

from config.demo.field import answers_of, checklist_of, instruments_of
from config.demo.people import ACCOUNTS
from config.demo.pictures import photo_of
from infra.models import Authority, Installation, User
from inspections.fieldwork.campaigns import campaign_plan
from inspections.fieldwork.intake import inspection_put
from inspections.fieldwork.photos import photo_put
from inspections.models import Campaign, CampaignTask, Field, Finding, FindingState, Inspection, Review, TaskStatus
from inspections.selectors.campaigns import tasks_of
from inspections.selectors.targets import candidates
from inspections.services.campaigns import campaign_move, campaign_save, targets_add
from inspections.services.findings import finding_answer
from inspections.services.reviews import inspection_review

NAMESPACE = uuid.UUID("c7f3a0de-3c1e-4a53-b8b4-1a9b0f6c2e55")
SIZES = {"closed": 20, "running": 48, "storm": 60}


def write_campaigns(*, authority: Authority, seed: int) -> None:
    """Write three campaigns with their visits, reviews, photos and answers, by the priorities that are kept."""
    random = np.random.default_rng(seed)
    users = {person.username: person for person in User.objects.filter(username__in=[row.username for row in ACCOUNTS])}
    manager = users["manager"]
    team = [users["inspector"], users["inspector2"], users["officer"]]
    today = timezone.localdate()
    ranked = list(
        candidates(manager).filter(kind="base_station", position__isnull=False).order_by("-score", "pk")[:400]
    )
    taken = iter(ranked)
    closed = _opened(
        manager, authority, team[:2], "Kiểm tra chuyên đề quý trước", "41/QĐ-SKHCN", today - timedelta(days=95), 21
    )
    _targets(
        manager,
        closed,
        [next(taken) for _ in range(min(SIZES["closed"], len(ranked) // 6))],
        today - timedelta(days=95),
    )
    _work(random, closed, manager, until=today, photos=0)
    campaign_move(actor=manager, campaign=closed, to="closed", reason="Đã hoàn thành, báo cáo 57/BC-SKHCN")
    running = _opened(
        manager,
        authority,
        team,
        "Kiểm tra an toàn trạm BTS trước mùa mưa bão",
        "88/QĐ-SKHCN",
        today - timedelta(days=8),
        26,
    )
    _targets(
        manager,
        running,
        [next(taken) for _ in range(min(SIZES["running"], len(ranked) // 4))],
        today - timedelta(days=8),
    )
    _work(random, running, manager, until=today, photos=3)
    storm = _opened(manager, authority, team, "Cột cao ven biển", "", today + timedelta(days=20), 14)
    coast = [row for row in taken if row.position and row.position.x > 106.45][: SIZES["storm"]]
    targets_add(actor=manager, campaign=storm, installations=coast, reason="Chọn theo mức ưu tiên")
    _answers(users)


def _opened(
    manager: User, authority: Authority, team: Sequence[User], title: str, decision: str, start: date, length: int
) -> Campaign:
    campaign = Campaign(
        authority=authority,
        title=title,
        decision_number=decision,
        decision_date=start - timedelta(days=6) if decision else None,
        starts_on=start,
        ends_on=start + timedelta(days=length),
        field=Field.TELECOM,
        checklist=checklist_of(),
        per_day=2,
        purpose="Dữ liệu minh họa.",
    )
    return campaign_save(actor=manager, campaign=campaign, units=[], team=team, reason=f"Mở theo quyết định {decision}")


def _targets(manager: User, campaign: Campaign, rows: Sequence[Installation], on: date) -> None:
    targets_add(actor=manager, campaign=campaign, installations=rows, reason="Chọn theo mức ưu tiên")
    tasks = list(tasks_of(campaign))
    campaign_plan(actor=manager, campaign=campaign, tasks=tasks, reason="Chia theo khu vực", today=on)
    campaign_move(actor=manager, campaign=campaign, to="running", reason="")


def _work(random: np.random.Generator, campaign: Campaign, manager: User, *, until: date, photos: int) -> None:
    """File the visits whose day has passed, but for a few; approve the older ones, return one."""
    items = list(campaign.checklist.items.order_by("order")) if campaign.checklist else []
    tasks = CampaignTask.objects.filter(campaign=campaign, status=TaskStatus.OPEN, planned_on__lt=until)
    for order, task in enumerate(
        tasks.select_related("installation", "assignee").order_by("planned_on", "order", "pk")
    ):
        if task.installation is None or task.assignee is None or task.planned_on is None:
            continue
        if photos and random.random() < 0.12:
            continue  # late
        done = _file(random, campaign, task, items, photos if order < 12 else 0)
        if photos and order == 7:
            inspection_review(actor=manager, inspection=done, to=Review.RETURNED, reason="Thiếu ảnh hệ thống tiếp địa")
        elif (until - task.planned_on).days > 4:
            inspection_review(actor=manager, inspection=done, to=Review.APPROVED)


def _file(
    random: np.random.Generator, campaign: Campaign, task: CampaignTask, items: Sequence[Any], photos: int
) -> Inspection:
    installation: Any = task.installation
    person: Any = task.assignee
    finished = timezone.make_aware(
        datetime.combine(task.planned_on or campaign.starts_on, time(8 + task.order * 2 % 9))
    )
    key = uuid.uuid5(NAMESPACE, f"{campaign.number}:{task.pk}")
    pictures = [photo_of(installation, number, finished - timedelta(minutes=5 * number)) for number in range(photos)]
    east, north = random.normal(0, 6, 2) / 111_320
    body = {
        "subject": {"type": "installation", "ref": installation.registry_number, "name": installation.name},
        "checklist": campaign.checklist.code if campaign.checklist else "bts-safety",
        "checklist_version": None,
        "campaign": campaign.number,
        "task": task.pk,
        "started_at": finished - timedelta(minutes=int(random.integers(25, 70))),
        "finished_at": finished,
        "sent_at": finished + timedelta(minutes=20),
        "revision": 1,
        "status": "submitted",
        "position": {
            "lon": round(installation.position.x + east, 6),
            "lat": round(installation.position.y + north, 6),
            "accuracy_m": float(random.choice([3, 4, 6, 9])),
        },
        "answers": list(answers_of(random, installation, items, finished, instruments_of(campaign.authority))),
        "photos": [picture.meta for picture in pictures],
        "signatures": [{"name": "Đại diện nhà mạng (minh họa)", "title": "Kỹ thuật viên", "refused": False}],
        "notes": "",
        "corrections": _corrections(random, installation) if photos else [],
    }
    for picture in pictures:
        photo_put(actor=person, uuid=key, sha256=picture.sha256, content=picture.content, at=finished)
    return inspection_put(
        actor=person,
        uuid=key,
        body=body,
        reason="Kiểm tra theo kế hoạch (minh họa)",
        at=finished + timedelta(minutes=20),
    )[0]


def _corrections(random: np.random.Generator, installation: Installation) -> list[dict[str, Any]]:
    """Propose another position in one visit of three."""
    if installation.position is None or random.random() > 0.34:
        return []
    east, north = random.normal(0, 60, 2) / 111_320
    return [
        {
            "kind": "position",
            "lon": round(installation.position.x + east, 6),
            "lat": round(installation.position.y + north, 6),
            "accuracy_m": 4.0,
            "note": "Đo tại chân cột",
        }
    ]


def _answers(users: dict[str, User]) -> None:
    """Let the operators answer some of the findings."""
    for name in ("viettel", "vnpt", "mobifone"):
        person = users[name]
        rows = Finding.objects.visible_to(person).filter(state=FindingState.OPEN).order_by("pk")[:2]
        for finding in rows:
            finding_answer(
                actor=person,
                finding=finding,
                text="Đơn vị đã khắc phục và chụp ảnh lại hiện trường.",
                remedied_on=timezone.localdate() - timedelta(days=1),
                files=[],
                reason="Trả lời kết luận kiểm tra (minh họa)",
            )

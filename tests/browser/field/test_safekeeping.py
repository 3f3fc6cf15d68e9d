"""What lies on the phone is safe: unreadable for others, not lost with the sign-in, gone with a withdrawn phone."""

import json
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from infra.models import ApiToken
from inspections.models import FieldDevice, Inspection, Photo
from inspections.services.devices import device_revoke
from tests import factories as make
from tests.browser.field.conftest import TASKS
from tests.browser.field.hand import Screen
from tests.browser.field.pictures import photo
from tests.infra.test_second_factor import code_of, set_up
from tests.world import World

ALL_OF_IT = """async () => {
  const database = await new Promise((done) => {
    const asked = indexedDB.open("sotram-field");
    asked.onsuccess = () => done(asked.result);
  });
  const spell = (value) => {
    if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) {
      const bytes = new Uint8Array(value.buffer ?? value);
      return `${new TextDecoder().decode(bytes)} ${new TextDecoder("latin1").decode(bytes)}`;
    }
    if (value instanceof Blob) return "blob";
    if (!value || typeof value !== "object") return String(value);
    return Object.entries(value).map(([key, one]) => `${key} ${spell(one)}`).join(" ");
  };
  let text = JSON.stringify({ ...localStorage, ...sessionStorage });
  const counts = {};
  for (const name of database.objectStoreNames) {
    const rows = await new Promise((done) => {
      const asked = database.transaction(name).objectStore(name).getAll();
      asked.onsuccess = () => done(asked.result);
    });
    counts[name] = rows.length;
    text += rows.map(spell).join(" ");
  }
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) text += await (await cache.match(request)).text();
  }
  database.close();
  return { text, counts };
}"""


NOTHING = {"parcels": 0, "people": 0, "pictures": 0, "records": 0}


def _visit(screen: Screen, picture: Path | None = None, name: str = TASKS[0]) -> str:
    questions = screen.begins(name)
    screen.answers(questions, "certificate_valid", "fail")
    if picture is not None:
        screen.photographs(picture)
    screen.answers(questions, "earthing_resistance", value="14,0")
    return questions


def _picture(folder: Path, seed: int = 1) -> Path:
    return photo(folder / f"p{seed}.jpg", seed, timezone.localtime(), 106.5686, 20.5602, (900, 700))


def test_nothing_on_the_phone_can_be_read_without_the_password(
    screen: Screen, context: BrowserContext, tmp_path: Path
) -> None:
    context.set_offline(True)
    questions = _visit(screen, _picture(tmp_path))
    screen.page.fill("#note", "Dây tiếp đất đứt tại móng")
    screen.goes_to(questions.removesuffix("/q"))
    expect(screen.page.locator("main")).to_contain_text("14,0")
    found = screen.page.evaluate(ALL_OF_IT)
    assert found["counts"]["people"] == 1
    assert found["counts"]["records"] > 4
    assert found["counts"]["pictures"] == 2
    for secret in ("HYN-B-000001", TASKS[0], "Dây tiếp đất đứt tại móng", "14,0", "sotram_", make.PASSWORD, "JFIF"):
        assert secret not in found["text"], secret


def test_locked_app_opens_with_the_password_or_the_pin_of_the_day(screen: Screen, context: BrowserContext) -> None:
    page = screen.page
    screen.goes_to("#/me")
    page.locator(".fa-row", has_text="Mã PIN trong ngày").click()
    page.fill("#pin-password", make.PASSWORD)
    page.fill("#pin-pin", "482913")
    page.locator("dialog button.fa-button--primary").click()
    expect(page.locator(".fa-row", has_text="Bỏ mã PIN")).to_be_visible()
    context.set_offline(True)
    screen.locks()
    page.fill("#in-pin", "482913")
    page.press("#in-pin", "Enter")
    expect(page.locator(".fa-tabs")).to_be_visible()
    screen.locks()
    for left in (4, 3, 2, 1):
        page.fill("#in-pin", "000000")
        page.press("#in-pin", "Enter")
        expect(page.locator("main")).to_contain_text(f"Còn {left} lần thử")
        expect(page.locator("form .fa-button--primary")).to_be_enabled()
    page.fill("#in-pin", "000000")
    page.press("#in-pin", "Enter")
    expect(page.locator("main")).to_contain_text("Mã PIN không còn hiệu lực")
    page.fill("#in-password", "wrong-but-long-enough")
    page.press("#in-password", "Enter")
    expect(page.locator("[role=alert]")).to_contain_text("Chưa đúng")
    screen.unlocks()
    context.set_offline(False)


def test_expired_sign_in_loses_nothing(screen: Screen, tmp_path: Path) -> None:
    page = screen.page
    questions = _visit(screen, _picture(tmp_path))
    ApiToken.objects.all().delete()
    screen.files(questions)
    expect(page.locator(".fa-strip")).to_contain_text("Phiên đăng nhập đã hết hạn")
    assert Inspection.objects.filter(status="submitted").count() == 0
    page.reload()
    screen.unlocks()
    expect(page.locator(".fa-strip")).to_contain_text("được giữ trên máy này")
    page.locator(".fa-strip button").click()
    page.fill("#again-password", "wrong-but-long-enough")
    page.press("#again-password", "Enter")
    expect(page.locator("dialog [role=alert]")).to_be_visible()
    page.fill("#again-password", make.PASSWORD)
    page.press("#again-password", "Enter")
    expect(page.locator("dialog[open]")).to_have_count(0)
    screen.sees_everything_sent()
    assert Inspection.objects.get().status == "submitted"
    assert Photo.objects.arrived().count() == 1


def test_second_factor_is_asked_for(day: World, live_server: LiveServer, page: Page) -> None:
    device, _codes = set_up(day.inspector)
    screen = Screen(page, live_server.url)
    screen.opens_the_app()
    page.fill("#in-username", "inspector")
    page.fill("#in-password", make.PASSWORD)
    page.press("#in-password", "Enter")
    expect(page.locator("[role=alert]")).to_contain_text("lớp xác thực thứ hai")
    page.fill("#in-otp", code_of(device))
    page.press("#in-otp", "Enter")
    expect(page.locator(".fa-task")).to_have_count(3)


def test_withdrawn_phone_wipes_itself(screen: Screen, day: World, tmp_path: Path) -> None:
    page = screen.page
    _visit(screen, _picture(tmp_path))
    device = FieldDevice.objects.get()
    assert device.person == day.inspector
    device_revoke(actor=day.admin, device=device, reason="lost on the way")
    screen.goes_to("#/tasks")
    page.locator(".fa-fetched button").click()
    expect(page.locator(".fa-note")).to_contain_text("đã thu hồi quyền của máy này")
    expect(page.locator(".fa-note")).to_contain_text("đã mất trên máy: 1 bản nháp")  # its photo had arrived
    assert page.evaluate(ALL_OF_IT)["counts"] == NOTHING
    page.reload()
    expect(page.locator(".fa-note")).to_contain_text("1 bản nháp")
    screen.signs_in()
    expect(page.locator(".fa-task")).to_have_count(3)
    assert FieldDevice.objects.filter(revoked_at=None).count() == 1


def test_withdrawn_phone_wipes_itself_though_nobody_unlocks_it(
    screen: Screen, day: World, context: BrowserContext, tmp_path: Path
) -> None:
    page = screen.page
    context.set_offline(True)
    screen.files(_visit(screen, _picture(tmp_path)))
    screen.locks()
    device_revoke(actor=day.admin, device=FieldDevice.objects.get(), reason="lost on the way")
    context.set_offline(False)
    page.reload()
    expect(page.locator(".fa-note")).to_contain_text("đã mất trên máy: 1 biên bản, 1 ảnh")
    assert page.evaluate(ALL_OF_IT)["counts"] == NOTHING


def test_sealed_file_saves_the_outbox_and_counts_once(
    screen: Screen, context: BrowserContext, tmp_path: Path, live_server: LiveServer
) -> None:
    """The phone can no longer send: its sealed file brings form, photo and draft; later the phone sends the same."""
    page = screen.page
    context.set_offline(True)
    screen.files(_visit(screen, _picture(tmp_path)))
    _visit(screen, name=TASKS[1])
    screen.goes_to("#/outbox")
    with page.expect_download() as saved:
        page.locator("button", has_text="Xuất gói dự phòng").click()
    assert saved.value.suggested_filename.endswith(".sotram")
    content = Path(saved.value.path()).read_bytes()
    assert b"certificate_valid" not in content
    told = _take(page, live_server.url, content)
    assert sorted((row["kind"], row["status"]) for row in told) == [
        ("form", "stored"),
        ("form", "stored"),
        ("photo", "stored"),
    ]
    assert {row.status for row in Inspection.objects.all()} == {"submitted", "draft"}
    assert Photo.objects.arrived().count() == 1

    context.set_offline(False)
    screen.sees_everything_sent()
    assert Inspection.objects.filter(status="submitted").count() == 1
    assert Photo.objects.count() == 1


def _take(page: Page, address: str, content: bytes) -> list[dict[str, str]]:
    """Hand a sealed file in as the desk does: from another machine, without any sign-in."""
    answer = page.request.post(
        f"{address}/api/v1/fieldwork/sealed/", data=content, headers={"Content-Type": "application/vnd.sotram.sealed"}
    )
    assert answer.status == 200, answer.text()
    found: list[dict[str, str]] = json.loads(answer.text())["entries"]
    return found


def test_browser_sends_in_the_background_while_the_app_is_locked(
    screen: Screen, context: BrowserContext, tmp_path: Path, live_server: LiveServer
) -> None:
    page = screen.page
    context.set_offline(True)
    screen.files(_visit(screen, _picture(tmp_path)))
    screen.locks()
    with page.expect_download() as saved:
        page.locator("a", has_text="Xuất gói dự phòng").click()
    assert Path(saved.value.path()).read_bytes().count(b"SOTRAM1\n") == 2
    assert Inspection.objects.count() == 0
    context.set_offline(False)
    _line_is_back(context, page, live_server.url)
    assert Inspection.objects.get().status == "submitted"
    assert Photo.objects.arrived().count() == 1
    screen.unlocks()
    screen.sees_everything_sent()
    assert Inspection.objects.count() == 1
    assert page.evaluate(ALL_OF_IT)["counts"]["parcels"] == 0


def _line_is_back(context: BrowserContext, page: Page, origin: str) -> None:
    """Let the browser tell the worker that the line is back, and wait until it has done its work."""
    session = context.new_cdp_session(page)
    found: list[str] = []
    session.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda event: found.extend(row["registrationId"] for row in event["registrations"]),
    )
    session.send("ServiceWorker.enable")
    page.wait_for_timeout(200)
    session.send(
        "ServiceWorker.dispatchSyncEvent",
        {"origin": origin, "registrationId": found[-1], "tag": "sotram-field-outbox", "lastChance": True},
    )
    for _attempt in range(100):
        if Photo.objects.arrived().exists() and Inspection.objects.exists():
            return
        page.wait_for_timeout(100)
    raise AssertionError("nothing was sent in the background")


def test_changed_password_opens_the_phone_with_the_older_one_once(screen: Screen, day: World) -> None:
    page = screen.page
    _visit(screen)
    screen.locks()
    day.inspector.set_password("a-new-and-long-secret")
    day.inspector.save()
    page.locator("button", has_text="Mật khẩu của tôi đã được đổi").click()
    expect(page.locator("#in-username")).to_have_value("inspector")
    page.fill("#in-password", "a-new-and-long-secret")
    page.press("#in-password", "Enter")
    page.fill("#in-older", make.PASSWORD)
    page.press("#in-older", "Enter")
    screen.goes_to("#/tasks")
    expect(page.locator(".fa-task--current")).to_contain_text("2/30")
    screen.locks()
    screen.unlocks("a-new-and-long-secret")


def test_second_window_asks_before_it_takes_over(screen: Screen, context: BrowserContext) -> None:
    other = context.new_page()
    other.goto(f"{screen.address}/field/")
    other.locator("button", has_text="Dùng tại đây").click()
    expect(other.locator("#in-password")).to_be_visible()
    expect(screen.page.locator("main")).to_contain_text("Ứng dụng đang chạy ở cửa sổ khác")


def test_new_version_waits_until_it_is_wanted(screen: Screen, monkeypatch: pytest.MonkeyPatch) -> None:
    page = screen.page
    _visit(screen)
    monkeypatch.setattr("inspections.pages.field_files.version", lambda *_texts: "the-next-one")
    page.evaluate("() => navigator.serviceWorker.getRegistration().then((one) => one.update())")
    screen.goes_to("#/tasks")
    expect(page.locator(".fa-strip")).to_contain_text("Đã có phiên bản mới")
    page.locator(".fa-strip button").click()
    expect(page.locator("#in-password")).to_be_visible()
    screen.unlocks()
    screen.goes_to("#/me")
    expect(page.locator("main")).to_contain_text("the-next-one")
    screen.goes_to("#/tasks")
    expect(page.locator(".fa-task--current")).to_contain_text("2/30")


DAMAGED = """async () => {
  const database = await new Promise((done) => {
    const asked = indexedDB.open("sotram-field");
    asked.onsuccess = () => done(asked.result);
  });
  const store = database.transaction("records", "readwrite").objectStore("records");
  const rows = await new Promise((done) => {
    const asked = store.getAll();
    asked.onsuccess = () => done(asked.result);
  });
  const visit = rows.find((row) => row.kind === "visit");
  new Uint8Array(visit.data)[5] ^= 1;
  await new Promise((done) => { store.put(visit).onsuccess = done; });
  database.close();
}"""


def test_one_damaged_record_does_not_lock_out_of_the_others(screen: Screen, context: BrowserContext) -> None:
    context.set_offline(True)
    _visit(screen)
    screen.locks()
    screen.page.evaluate(DAMAGED)
    screen.unlocks()
    expect(screen.page.locator("dialog")).to_contain_text("1 bản ghi trên máy bị hỏng")
    screen.page.locator("dialog button.fa-button--primary").click()
    screen.goes_to("#/tasks")
    expect(screen.page.locator(".fa-task")).to_have_count(3)

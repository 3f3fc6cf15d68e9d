"""The hand that holds the phone: what an inspector does in the field app, step by step."""

import os
import signal
from contextlib import suppress
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, BrowserType, Page, expect

from tests import factories as make

PHONE: dict[str, Any] = {
    "locale": "vi-VN",
    "timezone_id": "Asia/Ho_Chi_Minh",
    "viewport": {"width": 360, "height": 740},
    "permissions": ["geolocation"],
    "has_touch": True,
}


class Fingers:
    """What an inspector does on the screens of the app."""

    page: Page
    address: str

    def opens_the_app(self) -> Page:
        self.page.goto(f"{self.address}/field/")
        return self.page

    def signs_in(self, username: str = "inspector", password: str = make.PASSWORD) -> None:
        self.page.fill("#in-username", username)
        self.page.fill("#in-password", password)
        self.page.press("#in-password", "Enter")
        expect(self.page.locator(".fa-tabs")).to_be_visible()

    def unlocks(self, password: str = make.PASSWORD) -> None:
        self.page.fill("#in-password", password)
        self.page.press("#in-password", "Enter")
        expect(self.page.locator(".fa-tabs, .fa-back").first).to_be_visible()

    def waits_until_the_app_is_kept(self) -> None:
        """Wait until the worker has all files of the app."""
        self.page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")

    def goes_to(self, place: str) -> None:
        self.page.evaluate("place => { location.hash = place; }", place)

    def begins(self, name: str) -> str:
        """Begin the visit of the task with that name; return the address of its questions."""
        self.goes_to("#/tasks")
        self.page.locator(".fa-task", has_text=name).first.click()
        self.page.locator(".fa-actions button.fa-button--primary").click()
        expect(self.page.locator(".fa-question")).to_be_visible()
        return "#" + self.page.url.split("#")[1].rsplit("/", 1)[0]

    def answers(self, questions: str, item: str, outcome: str = "", value: str = "") -> None:
        self.goes_to(f"{questions}/{item}")
        # The address is the new one before its question is drawn, and both questions may offer the same answers.
        expect(self.page.locator(f"#question[data-item={item}]")).to_be_visible()
        if value:
            self.page.fill("#value", value)
        if outcome:
            self.page.check(f"input[name=outcome][value={outcome}]", force=True)

    def photographs(self, picture: Path) -> None:
        """Take a photo of the question that stands; done when its likeness is there."""
        before = self.page.locator(".fa-photo img").count()
        self.page.set_input_files("input[capture]", picture)
        expect(self.page.locator(".fa-photo img")).to_have_count(before + 1)

    def files(self, questions: str) -> None:
        """File the visit, though not everything is answered: the app asks once more."""
        self.goes_to(questions.removesuffix("/q") + "/end")
        button = self.page.locator(".fa-actions button.fa-button--primary")
        button.click()
        if "#/outbox" not in self.page.url:
            button.click()
        expect(self.page).to_have_url(f"{self.address}/field/#/outbox")

    def sees_everything_sent(self, timeout: float = 20_000) -> None:
        self.goes_to("#/outbox")
        expect(self.page.locator(".fa-head")).to_contain_text("Đã gửi hết", timeout=timeout)

    def locks(self) -> None:
        self.goes_to("#/me")
        self.page.locator(".fa-row", has_text="Khóa ngay").click()
        expect(self.page.locator("#in-password, #in-pin")).to_be_visible()


class Screen(Fingers):
    """The app in a page of the test's own browser."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address = page, address


class Hand(Fingers):
    """One phone with its browser, whose memory survives when the browser is killed."""

    def __init__(self, browsers: BrowserType, launch: dict[str, Any], memory: Path, address: str) -> None:
        self.browsers, self.launch, self.memory, self.address = browsers, launch, memory, address
        self.at = {"longitude": 106.5686, "latitude": 20.5602, "accuracy": 4}
        self.context: BrowserContext
        self.page: Page
        #: errors of scripts that nobody caught
        self.broken: list[str] = []

    def takes_the_phone(self, **options: Any) -> Page:
        """Start the browser on what lies in the phone's memory."""
        self.context = self.browsers.launch_persistent_context(
            self.memory, **{**self.launch, **PHONE, "geolocation": self.at, **options}
        )
        self.context.set_default_timeout(20_000)
        self.context.on("weberror", lambda error: self.broken.append(str(error.error)))
        self.page = self.context.pages[0]
        return self.page

    def loses_the_line(self) -> None:
        self.context.set_offline(True)

    def has_a_line(self) -> None:
        self.context.set_offline(False)

    def is_killed(self) -> None:
        """End the browser at once, as a phone does that needs the memory."""
        lock = str((self.memory / "SingletonLock").readlink())
        os.kill(int(lock.rsplit("-", 1)[1]), signal.SIGKILL)
        with suppress(Exception):
            self.context.close()
        for name in ("SingletonLock", "SingletonCookie", "SingletonSocket"):
            (self.memory / name).unlink(missing_ok=True)

    def puts_it_away(self) -> None:
        with suppress(Exception):
            self.context.close()

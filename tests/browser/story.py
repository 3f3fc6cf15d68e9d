"""People at their own browsers, one after the other, in a register with the shipped reference data."""

from playwright.sync_api import Browser, BrowserContext, Page

from config.demo.people import PASSWORD
from tests.browser.looking import sign_in


class Story:
    """People at their own browsers, one after the other."""

    def __init__(self, browser: Browser, address: str, listen: list[str]) -> None:
        self.browser, self.address, self.listen = browser, address, listen
        self.contexts: list[BrowserContext] = []

    def enters(self, username: str, width: int = 1440) -> Page:
        context = self.browser.new_context(
            locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh", viewport={"width": width, "height": 900}
        )
        context.on("request", lambda request: self._note(request.url))
        self.contexts.append(context)
        page = context.new_page()
        sign_in(page, self.address, username, PASSWORD)
        return page

    def _note(self, url: str) -> None:
        if url.startswith("http") and not url.startswith(self.address):
            self.listen.append(url)

"""The real Chromium, as a person holds it."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from playwright.sync_api import Browser, Page, sync_playwright

from tests.conftest import missing

if TYPE_CHECKING:
    from collections.abc import Iterator

PHONE, DESK = (390, 844), (1200, 900)
#: Milliseconds that Chromium may take, on a busy machine, too.
PATIENCE = 300_000


@dataclass(slots=True)
class Heard:
    """What a page asked for, and what it complained of."""

    requests: list[str] = field(default_factory=list)
    #: Those of them that the page's own policy stopped, so that nobody was asked.
    stopped: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Started, and stopped at the end."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or missing("chromium", "apt-get install chromium")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, chromium_sandbox=False, timeout=PATIENCE)
        yield browser
        browser.close()


@contextmanager
def opened(browser: Browser, url: str, size: tuple[int, int] = DESK) -> Iterator[tuple[Page, Heard]]:
    """A page in a window of this many CSS pixels; it fits into its width."""
    context = browser.new_context(viewport={"width": size[0], "height": size[1]})
    page, heard = context.new_page(), Heard()
    page.set_default_timeout(PATIENCE)
    page.on("request", lambda request: heard.requests.append(request.url))
    page.on("requestfailed", lambda request: heard.stopped.append(request.url) if _is_stopped(request.failure) else None)
    page.on("console", lambda message: heard.complaints.append(message.text))
    page.on("pageerror", lambda error: heard.complaints.append(str(error)))
    page.on("dialog", lambda dialog: heard.complaints.append(f"dialog: {dialog.message}"))
    page.goto(url)
    yield page, heard
    context.close()


def width(page: Page) -> int:
    """CSS pixels that the page takes; more than the window's means that a person has to scroll sideways."""
    found: int = page.evaluate("document.documentElement.scrollWidth")
    return found


def _is_stopped(failure: str | None) -> bool:
    return (failure or "") == "csp" or "BLOCKED" in (failure or "")

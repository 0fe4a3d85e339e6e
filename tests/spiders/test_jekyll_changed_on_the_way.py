"""A proxy on the way that changes pages says so by status 203: nothing is made of what it sent, and a person learns why."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.spiders.stranger import Crawled

TOLD = "HTTP 203: a proxy on the way changed what the site sent, so that nothing is made of it; ask without that proxy"


def test_what_a_proxy_changed_is_named_and_takes_no_posts_place(shore: Crawled) -> None:
    as_sent = dict(shore.site.pages)
    changed = {path: replace(reply, status=203, body=reply.body + b"<p>Buy!</p>") for path, reply in as_sent.items()}
    shore.site.pages = dict(changed)
    done = shore.run("crawl", "jekyll", "-a", f"url={shore.site.home}", "-a", "name=shore")
    assert done.returncode == 1
    assert f"failed: {shore.site.home}: {TOLD}\n" in done.stderr
    shore.site.pages = dict(as_sent)
    shore.crawl()
    before = shore.index
    shore.site.pages = dict(changed)
    report = shore.crawl("-a", "sweep=1", code=1)
    assert {failure["reason"] for failure in report["failures"]} == {TOLD}
    assert shore.index == before
    shore.site.pages = dict(as_sent)
    assert shore.crawl("-a", "sweep=1")["posts"]["changed"] == 0

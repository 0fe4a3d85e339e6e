"""Redirects: to another spelling of what was asked they answer it; to anything else they are named, and the run is not good."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING

from tests.archives import index, report
from tests.crawl.test_troubles import HTML, path_of
from tests.replica.build import BUILT
from tests.replica.crawl import crawl, run
from tests.replica.server import SHARE_HOSTS, SITE_HOST, ReplicaServer, Reply
from tests.replica.truth import compare

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

HOST = f"https://{SITE_HOST}"
#: What servers of static files redirect ``/a/b.html`` to, which is the same page.
SAME = (
    lambda path: path.removesuffix(".html"),
    lambda path: path.removesuffix("html") + "htm%6C",
    lambda path: f"{path}?v=123",
    lambda path: f"https://{SITE_HOST.upper()}:443{path.removesuffix('.html')}",
    lambda path: path.removesuffix(".html") + "/",
    lambda path: f"/%{ord(path[1]):x}{path[2:]}",
)


def ids(root: Path) -> dict[str, str]:
    return {entry["id"]: entry["sha256"] for entry in index(root / "finews")}


def news(root: Path, number: int) -> list[dict[str, Any]]:
    """Posts whose text came from their shares."""
    found = [
        one for one in index(root / "finews") if one["body_from"] == "share" and one["id"].startswith("NW") and not one["notes"]
    ]
    return sorted(found, key=lambda one: one["id"])[:number]


def moved(location: str) -> list[Reply]:
    return [Reply(301, b"", {"Location": location})]


def holds(root: Path) -> None:
    settings = {"ARCHIVE_ROOT": str(root)}
    rebuilt = run("rebuild", "finews", "--diff", settings=settings)
    assert "index: 0 new, 0 changed" in rebuilt.stdout, rebuilt.stdout + rebuilt.stderr
    assert run("verify", "finews", settings=settings).returncode == 0


def test_other_spellings_of_what_was_asked_answer_it(tmp_path: Path, crawled: Path, replica: ReplicaServer) -> None:
    posts = news(crawled, 12)
    for number, entry in enumerate(posts):
        path = path_of(entry["url"])
        location = SAME[number % len(SAME)](path)
        replica.replies[SITE_HOST, path_of(location) if "//" in location else location] = [
            Reply(200, replica.reply(SITE_HOST, path).body, HTML)
        ]
        replica.replies[SITE_HOST, path] = moved(location)
    listing = "/category/dongliribao.html"
    replica.replies[SITE_HOST, listing.removesuffix(".html")] = [Reply(200, replica.reply(SITE_HOST, listing).body, HTML)]
    replica.replies[SITE_HOST, listing] = moved(listing.removesuffix(".html"))
    done = crawl(replica.origins, tmp_path)
    assert done.returncode == 0, done.stderr
    assert ids(tmp_path) == ids(crawled)
    assert [entry["url"] for entry in news(tmp_path, 12)] == [entry["url"] for entry in posts]
    holds(tmp_path)
    replica.log.clear()
    done = crawl(replica.origins, tmp_path, "-a", "recheck=1", "-a", "sweep=1")
    assert done.returncode == 0, done.stderr
    assert report(tmp_path)["posts"]["changed"] == 0
    asked = {entry.path: entry for entry in replica.log if entry.host == SITE_HOST}
    assert asked[listing.removesuffix(".html")].conditional
    holds(tmp_path)
    assert run("catalog", "finews", settings={"ARCHIVE_ROOT": str(tmp_path)}).returncode == 0
    holds(tmp_path)


def test_a_companion_that_is_served_over_https_now_is_the_same(tmp_path: Path, crawled: Path) -> None:
    with ReplicaServer(BUILT, more=tuple(f"secure.{host}" for host in SHARE_HOSTS)) as server:
        origins = server.origins
        for host in SHARE_HOSTS:
            origins[f"https://{host}"] = origins.pop(f"http://secure.{host}")
        answer = server.answer
        server.answer = lambda host, path: (  # type: ignore[method-assign]
            Reply(301, b"", {"Location": f"https://{host}{path}"})
            if host in SHARE_HOSTS and path.startswith("/NewsData")
            else answer(host.removeprefix("secure."), path)
        )
        assert crawl(origins, tmp_path).returncode == 0
    assert ids(tmp_path) == ids(crawled)
    holds(tmp_path)


def test_what_leads_to_something_else_is_named(tmp_path: Path, crawled: Path, replica: ReplicaServer) -> None:
    posts = news(crawled, 7)
    targets = (
        posts[6]["url"],
        f"{HOST}/",
        f"{HOST}/category/dongliribao.html",
        f"{HOST}/about.html",
        "http://[x",
        "javascript:x",
        "https://other.example/",
    )
    for entry, target in zip(posts[:6], targets, strict=False):
        replica.replies[SITE_HOST, path_of(entry["url"])] = moved(target)
    share = posts[6]["captures"][1]["url"]
    for host in SHARE_HOSTS:
        path = path_of(share).partition("&")[0]
        for end in ("", "&cid=Admin"):
            replica.replies[host, path + end] = moved(f"http://{host}{path[:-4]}9999{end}")
    replica.replies[SITE_HOST, "/feed.xml"] = moved(f"{HOST}/emnews/")
    done = crawl(replica.origins, tmp_path)
    assert done.returncode == 1, done.stderr
    reasons = {one["url"]: one["reason"] for one in report(tmp_path)["failures"]}
    for entry, target in zip(posts[:4], targets, strict=False):
        assert reasons.pop(entry["url"]) == f"led to {target}, which is something else"
    assert "no browser can follow" in reasons.pop(posts[4]["url"])
    assert "no browser can follow" in reasons.pop(posts[5]["url"])
    assert reasons.pop(f"{HOST}/feed.xml") == f"led to {HOST}/emnews/, which is something else"
    assert "which is something else" in reasons.pop(share)
    assert reasons == {}
    lost = {entry["id"] for entry in posts[:6]}
    assert ids(tmp_path).keys() == ids(crawled).keys() - lost
    holds(tmp_path)
    replica.replies.clear()
    assert crawl(replica.origins, tmp_path, "-a", "sweep=1").returncode == 0
    assert ids(tmp_path) == ids(crawled)
    assert compare(BUILT, tmp_path / "finews").good


def test_redirects_in_a_circle_are_followed_once(tmp_path: Path, crawled: Path, replica: ReplicaServer) -> None:
    (itself, first), pages = news(crawled, 2), {}
    for entry, path in ((itself, path_of(itself["url"])), (first, "/one.html")):
        replica.replies[SITE_HOST, path_of(entry["url"])] = moved(f"{HOST}{path}")
        pages[entry["url"]] = f"{HOST}{path}"
    replica.replies[SITE_HOST, "/one.html"] = moved("/two.html")
    replica.replies[SITE_HOST, "/two.html"] = moved("one.html")
    done = crawl(replica.origins, tmp_path)
    assert done.returncode == 1, done.stderr
    reasons = {one["url"]: one["reason"] for one in report(tmp_path)["failures"]}
    assert reasons == {url: f"is redirected in a circle, again and again to {page}" for url, page in pages.items()}
    asked = Counter(entry.path for entry in replica.log if entry.host == SITE_HOST)
    assert [asked[path] for path in (path_of(itself["url"]), path_of(first["url"]), "/one.html", "/two.html")] == [2, 1, 2, 2]
    replica.replies.clear()
    crawl(replica.origins, tmp_path)
    assert ids(tmp_path).keys() == ids(crawled).keys()


def test_a_post_that_only_a_redirect_leads_to_is_fetched(tmp_path: Path, crawled: Path, replica: ReplicaServer) -> None:
    one, other = news(crawled, 2)
    unlisted = path_of(other["url"]).replace(other["id"], "NW202203019999999999")
    replica.replies[SITE_HOST, path_of(one["url"])] = moved(unlisted)
    replica.replies[SITE_HOST, unlisted] = [Reply(200, replica.reply(SITE_HOST, path_of(other["url"])).body, HTML)]
    assert crawl(replica.origins, tmp_path).returncode == 1
    assert "NW202203019999999999" in ids(tmp_path)
    assert json.dumps(report(tmp_path)["failures"]).count("something else") == 1
    holds(tmp_path)

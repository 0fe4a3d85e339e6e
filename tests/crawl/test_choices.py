"""What a run is asked to take, and what it finds beyond that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.archives import index, report
from tests.replica.build import BUILT
from tests.replica.crawl import crawl
from tests.replica.server import SITE_HOST, ReplicaServer, Reply
from tests.replica.truth import compare

if TYPE_CHECKING:
    from pathlib import Path

HTML = {"Content-Type": "text/html; charset=utf-8"}


def test_only_some_posts(tmp_path: Path, replica: ReplicaServer) -> None:
    done = crawl(
        replica.origins,
        tmp_path,
        "-a",
        "category=dongliribao,Invest In touchuangzhoukan",
        "-a",
        "since=2022-03-01",
        "-a",
        "until=2022-03-02",
    )
    assert done.returncode == 0, done.stderr
    entries = index(tmp_path / "finews")
    assert {" ".join(entry["categories"]) for entry in entries} == {"dongliribao", "Invest In touchuangzhoukan"}
    assert {entry["date"][:10] for entry in entries} <= {"2022-03-01", "2022-03-02"}
    published = [path for path in (BUILT / "site" / "dongliribao").rglob("*.html") if "/03/03/" not in str(path)]
    assert len(entries) == len(published) + 1


def test_without_a_sweep_only_home_page_and_feed_are_opened(archive_root: Path, replica: ReplicaServer) -> None:
    crawl(replica.origins, archive_root, "-a", "sweep=0")
    listings = {
        asked.path for asked in replica.log if asked.path.startswith("/category/") or asked.path.endswith(("/", ".xml"))
    }
    assert listings == {"/", "/feed.xml"}


def test_share_pages_are_captured_on_demand(tmp_path: Path, replica: ReplicaServer) -> None:
    crawl(replica.origins, tmp_path, "-a", "limit=20", "-a", "sweep=0", "-a", "share_pages=1")
    assert any(asked.path.startswith("/html_News/NewsShare.html") for asked in replica.log)


def test_a_listing_the_site_has_not_is_no_loss(tmp_path: Path, replica: ReplicaServer) -> None:
    replica.replies[SITE_HOST, "/category/NetWeb.html"] = [Reply(404, b"gone", HTML)]
    done = crawl(replica.origins, tmp_path)
    assert done.returncode == 0, done.stderr
    assert report(tmp_path)["dead_links"] == [f"https://{SITE_HOST}/category/NetWeb.html"]


def test_a_neighbour_that_no_listing_has_is_found(tmp_path: Path, replica: ReplicaServer) -> None:
    lost = next(path for path in replica.site.glob("aicaixunshe/2022/*/*/*.html"))
    address = "/" + str(lost.relative_to(replica.site))
    for path in ("/", "/category/AIcaixunshe.html", "/feed.xml"):
        body = replica.reply(SITE_HOST, path).body.replace(address.encode(), b"/404.html")
        replica.replies[SITE_HOST, path] = [Reply(200, body, HTML)]
    other = next(path for path in replica.site.glob("dongliribao/2022/*/*/*.html"))
    body = other.read_bytes().replace(b"</section>", f'<a href="{address}">next</a></section>'.encode())
    replica.replies[SITE_HOST, "/" + str(other.relative_to(replica.site))] = [Reply(200, body, HTML)]
    crawl(replica.origins, tmp_path)
    assert compare(BUILT, tmp_path / "finews").missing == []

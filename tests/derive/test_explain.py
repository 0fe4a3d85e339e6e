"""``scrapy explain``: a screenful that is true, of every post and of whatever else was captured."""

from __future__ import annotations

import json
import shlex
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest
from rich.cells import cell_len

from crawler.archive.archive import Archive
from crawler.archive.payloads import Payloads
from crawler.archive.schedule import Schedule
from crawler.derive.explain import Explainer
from crawler.derive.explanation import WIDTH, explanation_lines
from crawler.derive.writer import PostWriter
from crawler.sites.declared import load
from crawler.sites.finews import facts
from tests.archives import a_post, index, report
from tests.read_only import run_read_only
from tests.replica.crawl import crawl, run
from tests.replica.server import SITE_HOST, ReplicaServer, Reply
from tests.upkeep.forgetting import forms

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator
    from pathlib import Path

SITE = load("finews")


LINES = range(8, 41)


@pytest.fixture(scope="module")
def explainer(crawled: Path) -> Iterator[Explainer]:
    with closing(Archive(crawled / "finews", "finews", layout="{year}/{month}/{day}", read_only=True)) as archive:
        yield Explainer(archive, SITE, PostWriter(archive, SITE, Schedule.of_hours([1])))


def explain(root: Path, text: str, *options: str) -> subprocess.CompletedProcess[str]:
    return run("explain", "finews", text, *options, settings={"ARCHIVE_ROOT": str(root)})


def document_of(root: Path, text: str) -> dict[str, Any]:
    done = explain(root, text, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def body(archive: Archive, capture: dict[str, Any]) -> bytes:
    row = archive.catalog.at(capture["file"], capture["offset"])
    assert row is not None
    payloads = Payloads(lambda name: archive.folder / "captures" / name, archive.catalog.capture)
    with closing(payloads):
        return payloads.exchange_or_fault(row).body


def test_every_post_is_told_in_a_screenful_that_is_true(explainer: Explainer, crawled: Path) -> None:
    for entry in index(crawled / "finews"):
        document = explainer.explain(entry["id"])
        lines = list(explanation_lines(document))
        assert len(lines) in LINES
        assert max(map(cell_len, lines)) <= WIDTH
        assert document["entry"] == entry
        assert document["file"] == {
            "path": entry["path"],
            "state": "is what the captures give",
            "sha256": entry["sha256"],
            "index_differs": [],
        }
        assert [one["file"] for one in document["captures"] if one["used"]] == [one["file"] for one in entry["captures"]]
        assert {one["assumed"] for one in document["found"] if one["assumed"]} == set(entry["assumed"])
        title = next(one for one in document["found"] if one["part"] == "title")
        assert body(explainer.archive, title["capture"])[title["start"] : title["end"]].decode() == entry["title"]
        text = "\n".join(lines)
        assert all(f"{name}: " in text for name in entry["assumed"])
        json.dumps(document)


def test_every_captured_address_is_told(explainer: Explainer) -> None:
    urls = [str(url) for (url,) in explainer.archive.catalog.rows("SELECT DISTINCT url FROM captures")]
    kinds = set()
    for url in urls:
        document = explainer.explain(url)
        lines = list(explanation_lines(document))
        assert lines
        assert max(map(cell_len, lines)) <= WIDTH
        kinds.add(document["what"])
        if document["what"] == "rejected":
            assert document["rejected"]["code"] == "garbled"
            assert document["rejected"]["file"]
    assert {"post", "rejected", "listing", "feed"} <= kinds
    home = explainer.explain(facts.HOME)
    assert len(home["posts"]) > 20
    assert explainer.explain(SITE.feed_urls[0])["posts"]


def test_a_post_is_explained_under_every_name(crawled: Path) -> None:
    entry = a_post(crawled)
    told = {explain(crawled, form).stdout for form in forms(entry)}
    assert len(told) == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("NW1", "there is no post NW1 in this archive; the nearest: NW"),
        ("https://finews.withounder.com/x/2022/03/01/NW1.html", "there is no post NW1 in this archive; the nearest: NW"),
        ("https://finews.withounder.com/category/x.html", "was not captured; the nearest that was: https://finews"),
        ("https://example.org/", "https://example.org/ is no address of finews"),
    ],
)
def test_what_is_not_there_is_an_error_with_the_nearest(crawled: Path, text: str, said: str) -> None:
    done = explain(crawled, text)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert done.stderr.count("\n") == 1


def test_what_was_not_named_is_said(crawled: Path) -> None:
    done = run("explain", "finews", settings={"ARCHIVE_ROOT": str(crawled)})
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)


def test_it_takes_an_archive_that_cannot_be_written_and_no_network(archive_root: Path) -> None:
    entry = a_post(archive_root)
    before = sorted(path.name for path in (archive_root / "finews").iterdir())
    settings = {"ARCHIVE_ROOT": str(archive_root)}
    done = run_read_only(archive_root, "explain", "finews", entry["id"], settings=settings)
    assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in (archive_root / "finews").iterdir()) == before
    assert done.stdout == explain(archive_root, entry["id"]).stdout


def test_a_file_or_line_that_captures_do_not_give_is_told(archive_root: Path) -> None:
    archive, entry = archive_root / "finews", a_post(archive_root)
    (archive / entry["path"]).write_text("changed by hand", "utf-8")
    assert document_of(archive_root, entry["id"])["file"]["state"] == "is not what the captures give"
    told = "  is not what the captures give; how is shown by\n  scrapy rebuild finews --diff\n"
    assert told in explain(archive_root, entry["id"]).stdout
    (archive / entry["path"]).unlink()
    assert document_of(archive_root, entry["id"])["file"]["state"] == "cannot be read: No such file or directory"


def test_versions_and_rejections_and_the_end_of_a_post_are_told(archive_root: Path, replica: ReplicaServer) -> None:
    entry = a_post(archive_root)
    path = "/" + entry["url"].split("/", 3)[3]
    page = replica.reply(SITE_HOST, path).body
    html = {"Content-Type": "text/html; charset=utf-8"}
    replica.replies[SITE_HOST, path] = [Reply(200, page.replace(entry["title"].encode(), "更正：新标题".encode()), html)]
    assert crawl(replica.origins, archive_root, "-a", "recheck=1").returncode == 0
    changed = document_of(archive_root, entry["id"])
    assert [(one["version"], one["changed"]) for one in changed["versions"]] == [(1, []), (2, ["title"])]
    assert (changed["versions"][1]["added"], changed["versions"][1]["removed"]) == (1, 1)
    assert changed["versions"][0]["seen"] < changed["versions"][1]["seen"]
    assert "+1 -1 lines: title" in explain(archive_root, entry["id"]).stdout

    replica.replies[SITE_HOST, path] = [Reply(200, b"<html><body>a new layout</body></html>", html)]
    crawl(replica.origins, archive_root, "-a", "recheck=1")
    bare = document_of(archive_root, entry["id"])
    assert bare["entry"] == changed["entry"] | {"last_seen": bare["entry"]["last_seen"]}
    assert (bare["rejected"]["code"], bare["rejected"]["at"]) == ("layout", None)
    assert "p3 gave no post (not understood)" in explain(archive_root, entry["id"]).stdout

    replica.replies[SITE_HOST, path] = [Reply(404, b"", {})]
    for _ in range(2):
        crawl(replica.origins, archive_root, "-a", "recheck=1")
    gone = document_of(archive_root, entry["id"])
    assert (gone["state"]["status"], gone["entry"]["status"]) == ("gone", "gone")
    assert report(archive_root)


def test_a_partial_post_says_which_rule_failed_where(archive_root: Path, replica: ReplicaServer, tmp_path: Path) -> None:
    entry = a_post(archive_root)
    path = "/" + entry["url"].split("/", 3)[3]
    page = replica.reply(SITE_HOST, path).body
    start = page.rindex(b'<p><a href="', 0, page.rindex(b"/html_News/NewsShare"))
    end = page.rindex("返回首页</a></p>".encode())
    stripped = page[:start] + page[end + len("返回首页</a></p>".encode()) :]
    replica.replies[SITE_HOST, path] = [Reply(200, stripped, {"Content-Type": "text/html; charset=utf-8"})]
    crawl(replica.origins, tmp_path)
    done = explain(tmp_path, entry["id"])
    assert done.stdout.startswith(f"{entry['id']}: a post of finews, live, partial\n")
    assert "links: neither a share link nor back links end the content" in done.stdout
    assert "categories.case: " in done.stdout
    assert len(done.stdout.splitlines()) in LINES


def test_a_forgotten_post_says_why(archive_root: Path) -> None:
    entry = a_post(archive_root)
    settings = {"ARCHIVE_ROOT": str(archive_root)}
    assert run("forget", "finews", entry["id"], "--reason", "asked for by mail", settings=settings).returncode == 0
    for text in (entry["id"], entry["url"]):
        done = explain(archive_root, text)
        assert done.returncode == 0
        assert f"{entry['id']}: taken out of the archive of finews on " in done.stdout
        assert "Reason: asked for by mail" in done.stdout
        assert f"scrapy forget finews {entry['id']} --undo" in done.stdout


@pytest.mark.parametrize("post", ["2024-05-11-short", "2024-05-11-" + "a-long-name-" * 9 + "end", "宽" * 60])
def test_a_command_is_never_cut(post: str) -> None:
    told = {"what": "forgotten", "id": post, "site": "blog", "time": "2024-05-11T08:30:00", "reason": "asked " * 30}
    lines = list(explanation_lines(told))
    assert lines[-1] == f"  scrapy forget blog {shlex.quote(post)} --undo"
    assert max(map(cell_len, lines[:-1])) <= WIDTH


def test_what_a_stranger_wrote_does_nothing_to_a_terminal(explainer: Explainer, crawled: Path) -> None:
    document = explainer.explain(a_post(crawled)["id"])
    for title in ("\x1b[31mred\x1b]0;x\x07", "\u202eright to left", "a\nb\r\tc", "宽" * 200, "\u200b" * 90):
        document["entry"] = document["entry"] | {"title": title}
        document["found"][0]["value"] = title
        for line in explanation_lines(document):
            assert cell_len(line) <= WIDTH
            assert line.isprintable(), ascii(line)
        for line in explanation_lines(document, "ascii"):
            assert line.isascii()
            assert len(line) <= WIDTH


def test_of_many_captures_the_telling_ones_are_shown(explainer: Explainer, crawled: Path) -> None:
    document = explainer.explain(a_post(crawled)["id"])
    page = document["captures"][0]
    later = [page | {"offset": 10_000_000 + number, "type": "revisit", "status": 304, "used": False} for number in range(500)]
    document["captures"] += later
    lines = list(explanation_lines(document))
    assert len(lines) in LINES
    assert max(map(cell_len, lines)) <= WIDTH
    assert sum(line.startswith("     ... ") for line in lines) == 1
    assert all(f" {one['offset']:,}" in "\n".join(lines) for one in document["captures"] if one["used"])
    assert f"{later[-1]['offset']:,}" in "\n".join(lines)


@pytest.mark.parametrize(
    "words", [["explain"], ["forget", "--dry-run"], ["forget", "--undo"], ["forget", "--dry-run", "--unknown-too"]]
)
@pytest.mark.parametrize("text", ["\udcff", "https://finews.withounder.com/\udc80", "2022-03-01-\udcff.md"])
def test_bytes_that_are_no_text_name_nothing(crawled: Path, words: list[str], text: str) -> None:
    done = run(words[0], "finews", *words[1:], text, settings={"ARCHIVE_ROOT": str(crawled)})
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert "no UTF-8" in done.stderr

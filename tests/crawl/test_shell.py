"""What a spider author types, with the site served and with no network at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.archives import a_post
from tests.replica.build import BUILT
from tests.replica.crawl import run, settings_for

if TYPE_CHECKING:
    from pathlib import Path

    from tests.replica.server import ReplicaServer

NOWHERE = {
    "ORIGINS": '{"https://finews.withounder.com": "http://127.0.0.1:9", "http://finews.zning.xyz": "http://127.0.0.1:9"}'
}


def test_an_archived_url_needs_no_network(crawled: Path) -> None:
    entry = a_post(crawled)
    code = "'\\n'.join([post.body_from, source(post), str(archived(response.url).status), str(len(history(response.url)))])"
    settings = NOWHERE | {"ARCHIVE_ROOT": str(crawled)}
    done = run("shell", entry["url"], "--loglevel", "WARNING", "-c", code, settings=settings)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert done.stdout == "share\n" + (crawled / "finews" / entry["path"]).read_text("utf-8") + "\n200\n1\n"


def test_a_url_on_the_site_is_looked_at_without_a_trace(tmp_path: Path, crawled: Path, replica: ReplicaServer) -> None:
    entry = a_post(crawled)
    settings = settings_for(replica.origins, tmp_path / "none")
    done = run(
        "shell",
        entry["url"],
        "--loglevel",
        "WARNING",
        "-c",
        "source(post) + '|' + str(archived(response.url))",
        settings=settings,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith((crawled / "finews" / entry["path"]).read_text("utf-8") + "|None")
    assert not (tmp_path / "none").exists()


def test_a_listing_gives_no_post(crawled: Path) -> None:
    settings = NOWHERE | {"ARCHIVE_ROOT": str(crawled)}
    done = run("shell", "https://finews.withounder.com/", "--loglevel", "WARNING", "-c", "post is None", settings=settings)
    assert done.stdout.strip() == "True"


def test_a_url_that_cannot_be_had_ends_in_one_line(tmp_path: Path) -> None:
    url = "https://finews.withounder.com/a/2022/03/01/NW1.html"
    done = run(
        "shell",
        url,
        "--loglevel",
        "CRITICAL",
        "-c",
        "post",
        settings=NOWHERE | {"ARCHIVE_ROOT": str(tmp_path), "RETRY_TIMES": "0"},
    )
    assert done.returncode == 1
    reason = "https://finews.withounder.com/robots.txt could not be had (127.0.0.1:9: Connection refused)"
    assert done.stderr == f"{url} is not archived and cannot be had: {reason}, so that nothing there may be asked for yet\n"
    assert done.stdout == ""


def test_parse_prints_the_item(crawled: Path) -> None:
    entry = a_post(crawled)
    settings = NOWHERE | {"ARCHIVE_ROOT": str(crawled)}
    done = run("parse", "--spider", "finews", "--nocolour", "--loglevel", "WARNING", entry["url"], settings=settings)
    assert done.returncode == 0, done.stderr
    assert f"'title': '{entry['title']}'" in done.stdout
    assert f"'fidelity': '{entry['fidelity']}'" in done.stdout
    assert done.stderr == ""


def test_parse_shows_a_listings_links(crawled: Path) -> None:
    settings = NOWHERE | {"ARCHIVE_ROOT": str(crawled)}
    done = run("parse", "--spider", "finews", "--nocolour", "https://finews.withounder.com/", settings=settings)
    assert done.stdout.count("<GET https://finews.withounder.com/") > 20


def test_contracts_hold_against_the_archive(crawled: Path) -> None:
    done = run("check", settings=NOWHERE | {"ARCHIVE_ROOT": str(crawled)})
    assert done.returncode == 0, done.stderr
    assert "Ran 1 contract" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("list",), "finews\njekyll\n"),
        (("settings", "--get", "ARCHIVE_ROOT"), "output\n"),
        (("settings", "--get", "DOWNLOAD_VERIFY_CERTIFICATES"), "True\n"),
    ],
)
def test_no_noise(arguments: tuple[str, ...], said: str) -> None:
    done = run(*arguments)
    assert (done.stdout, done.stderr) == (said, "")


def test_the_catalog_is_made_again_from_the_captures(archive_root: Path) -> None:
    settings = {"ARCHIVE_ROOT": str(archive_root)}
    first = run("catalog", "finews", settings=settings)
    (archive_root / "finews" / "catalog.sqlite").unlink()
    again = run("catalog", "finews", settings=settings)
    assert first.returncode == again.returncode == 0
    assert first.stdout == again.stdout
    assert "75 posts" in again.stdout
    assert not list((archive_root / "finews").glob(".old*"))


def test_a_catalog_of_nothing(tmp_path: Path) -> None:
    done = run("catalog", "finews", settings={"ARCHIVE_ROOT": str(tmp_path)})
    assert done.returncode == 2
    assert done.stderr == f"there is no archive in {tmp_path / 'finews'}; make one with: scrapy crawl finews\n"


def test_fetch_prints_an_archived_page_and_leaves_no_trace(archive_root: Path) -> None:
    before = {path for path in archive_root.rglob("*") if "catalog" not in path.name}
    settings = NOWHERE | {"ARCHIVE_ROOT": str(archive_root), "LOG_LEVEL": "WARNING"}
    done = run("fetch", "https://finews.withounder.com/", settings=settings)
    assert done.returncode == 0
    assert done.stdout.strip() == (BUILT / "site" / "index.html").read_text("utf-8").strip()
    assert {path for path in archive_root.rglob("*") if "catalog" not in path.name} == before

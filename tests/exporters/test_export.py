"""``scrapy export``: WACZ and CDXJ, as the tools they are for take them."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import subprocess
import sys
import urllib.request
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from crawler.archive.lines import json_line
from crawler.sites.finews import facts
from tests.archives import a_post, index
from tests.conftest import missing
from tests.pywb import served
from tests.replica.build import BUILT
from tests.replica.crawl import crawl, run
from tests.replica.server import ReplicaServer

if TYPE_CHECKING:
    from collections.abc import Iterator


def export(root: Path, *arguments: str, site: str = "finews") -> subprocess.CompletedProcess[str]:
    done = run("export", site, *arguments, settings={"ARCHIVE_ROOT": str(root)})
    assert "Traceback" not in done.stdout + done.stderr
    return done


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive with share pages, and its WACZ file beside it."""
    root = tmp_path_factory.mktemp("exported")
    with ReplicaServer(BUILT) as server:
        assert crawl(server.origins, root, "-a", "share_pages=1").returncode == 0
    done = export(root, "--format", "wacz")
    assert done.returncode == 0, done.stdout + done.stderr
    return root


def test_the_list_of_a_wacz_file_has_what_waits_for_a_large_index(archive_root: Path, tmp_path: Path) -> None:
    archive, target = archive_root / "finews", tmp_path / "x.wacz"
    changed = index(archive)[3] | {"title": "A newer title", "version": 2}
    (archive / "index.changes.jsonl").write_bytes(json_line(changed) + b'{"id": "half a li')
    assert export(archive_root, "--format", "wacz", "--output", str(target)).returncode == 0
    with zipfile.ZipFile(target) as file:
        listed = {one["id"]: one["title"] for one in map(json.loads, file.read("pages/pages.jsonl").splitlines()[1:])}
    assert listed == {one["id"]: one["title"] for one in index(archive)} | {changed["id"]: "A newer title"}


def test_the_wacz_file_is_valid_and_lists_the_posts(exported: Path) -> None:
    wacz = Path(sys.executable).with_name("wacz")
    done = subprocess.run([wacz, "validate", "-f", exported / "finews.wacz"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert "the passed WACZ is valid" in done.stdout
    with zipfile.ZipFile(exported / "finews.wacz") as file:
        head, *pages = map(json.loads, file.read("pages/pages.jsonl").splitlines())
        (name,) = [name for name in file.namelist() if name.startswith("archive/")]
        (captures,) = (exported / "finews" / "captures").iterdir()
        assert file.read(name) == captures.read_bytes()
    assert head["format"] == "json-pages-1.0"
    assert [(page["id"], page["url"], page["title"]) for page in pages] == [
        (entry["id"], entry["url"], entry["title"]) for entry in index(exported / "finews")
    ]
    assert sorted(path.name for path in exported.iterdir()) == ["finews", "finews.wacz"]


def test_what_is_exported_can_be_taken_in_again(exported: Path, tmp_path: Path) -> None:
    done = run("import", str(exported / "finews.wacz"), settings={"ARCHIVE_ROOT": str(tmp_path)})
    assert done.returncode == 0, done.stdout
    old = {entry["path"]: entry["sha256"] for entry in index(exported / "finews")}
    assert {entry["path"]: entry["sha256"] for entry in index(tmp_path / "finews")} == old


def test_the_cdxj_index_leads_to_every_capture(exported: Path, tmp_path: Path) -> None:
    done = export(exported, "--format", "cdxj", "--output", str(tmp_path / "index.cdxj"))
    assert done.returncode == 0, done.stdout
    lines = (tmp_path / "index.cdxj").read_text("utf-8").splitlines()
    assert lines == sorted(lines)
    found = {json.loads(line.split(" ", 2)[2])["url"] for line in lines}
    assert {entry["url"] for entry in index(exported / "finews")} <= found
    collection = tmp_path / "pywb" / "collections" / "own"
    (collection / "indexes").mkdir(parents=True)
    shutil.copy(tmp_path / "index.cdxj", collection / "indexes" / "index.cdxj")
    (collection / "archive").symlink_to(exported / "finews" / "captures")
    post = a_post(exported)
    with served(tmp_path / "pywb", [], "own") as address:
        stamp = "".join(filter(str.isdigit, post["captures"][0]["time"]))[:14]
        with urllib.request.urlopen(f"{address}/{stamp}id_/{post['url']}", timeout=300) as answer:
            body = answer.read()
    body = gzip.decompress(body) if body.startswith(b"\x1f\x8b") else body
    assert post["title"].encode() in body


@pytest.fixture(scope="module")
def replayed(exported: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """pywb with the WACZ file."""
    with served(tmp_path_factory.mktemp("pywb"), [exported / "finews.wacz"]) as address:
        yield address


def seen(address: str, folder: Path) -> str:
    """The document that a real Chromium makes of a page, once its scripts have run; a picture of it lies in ``folder``."""
    browser = shutil.which("chromium") or shutil.which("chromium-browser") or missing("chromium", "apt-get install chromium")
    command = [browser, "--headless=new", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder / 'profile'}"]
    command += ["--virtual-time-budget=15000", "--window-size=900,900"]
    environment = os.environ | {"HOME": str(folder)}
    picture = subprocess.run(
        [*command, f"--screenshot={folder / 'page.png'}", address],
        env=environment,
        capture_output=True,
        timeout=300,
        check=False,
    )
    assert picture.returncode == 0, picture.stderr
    assert (folder / "page.png").stat().st_size > 5000
    page = subprocess.run([*command, "--dump-dom", address], env=environment, capture_output=True, timeout=300, check=True)
    return page.stdout.decode()


def test_a_browser_shows_the_post_page(replayed: str, exported: Path, tmp_path: Path) -> None:
    post = a_post(exported)
    stamp = "".join(filter(str.isdigit, post["captures"][0]["time"]))[:14]
    document = seen(f"{replayed}/{stamp}/{post['url']}", tmp_path)
    assert f"<h1>{post['title']}</h1>" in document


def test_a_browser_shows_the_share_page_with_its_text(replayed: str, exported: Path, tmp_path: Path) -> None:
    """The share page is empty until its script has asked for the answer: that is captured, too."""
    post = next(
        entry for entry in index(exported / "finews")
        if entry["body_from"] == "share" and "NewsShare" in entry["share_url"] and not entry["notes"]
    )  # fmt: skip
    answer = post["captures"][1]
    stamp = "".join(filter(str.isdigit, answer["time"]))[:14]
    host = answer["url"].split("/")[2]
    page = facts.share_page_url(facts.share_id(post["id"]), host)
    text = (exported / "finews" / post["path"]).read_text("utf-8")
    words = next(line for line in text.splitlines()[7:] if line.startswith("<p>"))[3:11]
    assert words in seen(f"{replayed}/{stamp}/{page}", tmp_path)


@pytest.mark.parametrize(
    ("site", "arguments", "said"),
    [
        ("finews", ("--format", "wacz"), "there is no archive in"),
        ("x", ("--format", "wacz"), "there is no site 'x'"),
        ("finews", ("--format", "zip"), "there is no --format zip; there are: jsonl, csv"),
    ],
)
def test_what_cannot_be_exported(tmp_path: Path, site: str, arguments: tuple[str, ...], said: str) -> None:
    done = export(tmp_path, *arguments, site=site)
    assert done.returncode == 2
    assert said in done.stdout + done.stderr
    assert not list(tmp_path.iterdir())


def test_a_place_that_cannot_be_written(exported: Path, tmp_path: Path) -> None:
    done = export(exported, "--format", "wacz", "--output", str(tmp_path / "no" / "x.wacz"))
    assert done.returncode == 2
    assert f"there is no folder {tmp_path / 'no'}" in done.stderr

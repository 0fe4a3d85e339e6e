"""JSON lines, CSV and Atom; filters, which are the same for every format; and exports of what changed."""

from __future__ import annotations

import csv
import gzip
import json
from typing import TYPE_CHECKING

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from crawler.batch.processes import Processes
from crawler.errors import CannotRun
from crawler.exporters.filters import Filter
from crawler.exporters.posts import ExportRequest, export
from crawler.exporters.schemas import schema
from crawler.period import Period
from crawler.sites.declared import load
from tests.archives import a_post, index, report, reports
from tests.exporters.conftest import Export, quiet
from tests.replica.crawl import crawl, run
from tests.replica.server import SITE_HOST, ReplicaServer, Reply

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SCHEMA = jsonschema.Draft202012Validator(schema("export"), format_checker=jsonschema.FormatChecker())
HTML = {"Content-Type": "text/html; charset=utf-8"}


def read(path: Path) -> Iterator[dict]:
    with gzip.open(path) as lines:
        yield from map(json.loads, lines)


def test_each_post_has_its_line_with_source_and_text(crawled: Path, tmp_path: Path, make: Export) -> None:
    done = make(crawled, "jsonl", tmp_path / "x.jsonl.gz")
    assert done.lost == []
    rows, entries = list(read(tmp_path / "x.jsonl.gz")), index(crawled / "finews")
    rows.sort(key=lambda row: (row["first_seen"], row["id"]))  # a few stand before the others
    assert [row["id"] for row in rows] == [entry["id"] for entry in entries]
    assert done.number == len(entries)
    for row, entry in zip(rows, entries, strict=True):
        SCHEMA.validate(row)
        assert list(row) == list(schema("export")["properties"])
        assert row["raw"].encode() == (crawled / "finews" / entry["path"]).read_bytes()
        assert row["body"] in row["raw"] or "{{ '{" in row["raw"]
        assert row["group"] in {one["id"] for one in entries}
        assert "返回首页" not in row["text"]
        assert "<p" not in row["text"] or "&lt;p" in row["body"], "but where Jekyll had escaped it on the page itself"
    assert {row["language"] for row in rows} <= {"zh", "en", None}


@pytest.mark.parametrize("name", ["jsonl", "csv", "atom", "sqlite", "parquet", "hf", "jekyll", "hugo"])
def test_the_same_archive_gives_the_same_bytes_whatever_the_processes(
    crawled: Path, tmp_path: Path, make: Export, name: str
) -> None:
    make(crawled, name, tmp_path / "one.gz")
    request = ExportRequest(load("finews"), crawled / "finews", name, tmp_path / "two.gz", Filter())
    with Processes(2) as workers:
        export(request, workers, quiet)
    one, two = tmp_path / "one.gz", tmp_path / "two.gz"
    if one.is_file():
        assert one.read_bytes() == two.read_bytes()
        return
    found = [
        {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()} for folder in (one, two)
    ]
    assert found[0] == found[1]
    assert len(found[0]) > 1


def test_a_table(crawled: Path, tmp_path: Path, make: Export) -> None:
    make(crawled, "csv", tmp_path / "x.csv")
    with (tmp_path / "x.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    entries = index(crawled / "finews")
    rows.sort(key=lambda row: (row["first_seen"], row["id"]))
    assert [(row["id"], row["title"]) for row in rows] == [(entry["id"], entry["title"]) for entry in entries]
    assert [json.loads(row["categories"]) for row in rows] == [entry["categories"] for entry in entries]
    assert all("\n\n" in row["text"] or len(row["text"]) < 2000 for row in rows)


def test_a_feed(crawled: Path, tmp_path: Path, make: Export) -> None:
    make(crawled, "atom", tmp_path / "x.atom")
    feed = etree.parse(tmp_path / "x.atom").getroot()
    names = {"a": "http://www.w3.org/2005/Atom"}
    published = feed.xpath("//a:entry/a:published/text()", namespaces=names)
    assert len(published) == len(index(crawled / "finews"))
    assert published == sorted(published, reverse=True)
    for wanted in ("a:id", "a:title", "a:updated", "a:author/a:name"):
        assert len(feed.xpath(wanted, namespaces=names)) == 1, wanted
    for wanted in ("a:id", "a:title", "a:updated", "a:content", "a:link"):
        assert len(feed.xpath(f"//a:entry/{wanted}", namespaces=names)) == len(published), wanted


FILTERS = st.builds(
    Filter,
    categories=st.sets(st.sampled_from(["emnews", "in", "xinwanbao", "nothing"])).map(frozenset),
    period=st.sampled_from([Period.read("2022-03-02"), Period.read("", "2022-03-02"), Period()]),
    fidelities=st.sets(st.sampled_from(["exact", "rendered"])).map(frozenset),
    query=st.sampled_from(["", "公司", "zzz"]),
)
ENTRIES = st.fixed_dictionaries(
    {
        "id": st.just("x"),
        "date": st.dates().map(lambda day: f"{day}T08:00:00+08:00"),
        "categories": st.lists(st.sampled_from(["emnews", "in", "a"]), max_size=2),
        "tags": st.just([]),
        "fidelity": st.sampled_from(["exact", "rendered", "partial"]),
        "source": st.none(),
    }
)


@given(FILTERS, ENTRIES)
def test_a_filter_takes_what_fulfils_all_its_conditions(wanted: Filter, entry: dict) -> None:
    day = entry["date"][:10]
    among = not wanted.categories or bool(wanted.categories & {*entry["categories"], " ".join(entry["categories"])})
    right = not wanted.fidelities or entry["fidelity"] in wanted.fidelities
    assert wanted.takes(entry) == (among and right and wanted.period.touches(day))


@pytest.mark.parametrize(
    ("options", "holds"),
    [
        (["--category", "emnews"], lambda row: row["categories"] == ["emnews"]),
        (["--tag", "东财滚动新闻"], lambda row: "东财滚动新闻" in row["tags"]),
        (["--since", "2022-03-02", "--until", "2022-03-02"], lambda row: row["date"].startswith("2022-03-02")),
        (["--fidelity", "exact"], lambda row: row["fidelity"] == "exact"),
        (["--query", "公司"], lambda row: "公司" in row["title"] or "公司" in row["text"]),
    ],
)
def test_filters_on_the_command_line(crawled: Path, tmp_path: Path, options: list[str], holds: object) -> None:
    place = tmp_path / "x.jsonl.gz"
    command = ["export", "finews", "--format", "jsonl", "--output", str(place), *options]
    done = run(*command, settings={"ARCHIVE_ROOT": str(crawled)})
    assert done.returncode == 0, done.stdout + done.stderr
    rows = list(read(place))
    assert 0 < len(rows) < len(index(crawled / "finews"))
    assert all(map(holds, rows))  # type: ignore[arg-type]


def test_what_the_last_run_changed(archive_root: Path, replica: ReplicaServer, tmp_path: Path, make: Export) -> None:
    old = a_post(archive_root)
    path = "/" + old["url"].split("/", 3)[3]
    body = replica.reply(SITE_HOST, path).body.replace(old["title"].encode(), "更正：新标题".encode())
    replica.replies[SITE_HOST, path] = [Reply(200, body, HTML)]
    assert crawl(replica.origins, archive_root, "-a", "recheck=1").returncode == 0
    make(archive_root, "jsonl", tmp_path / "new.jsonl.gz", since_run="last")
    assert [(row["id"], row["title"]) for row in read(tmp_path / "new.jsonl.gz")] == [(old["id"], "更正：新标题")]
    first = reports(archive_root / "finews")[0]["started"]
    make(archive_root, "jsonl", tmp_path / "all.jsonl.gz", since_run=first[:16])
    assert len(list(read(tmp_path / "all.jsonl.gz"))) == len(index(archive_root / "finews"))
    with pytest.raises(CannotRun, match="no run began then"):
        make(archive_root, "jsonl", tmp_path / "none.jsonl.gz", since_run="2099-01-01")
    with pytest.raises(CannotRun, match="always made whole"):
        make(archive_root, "jekyll", tmp_path / "site", since_run="last")
    assert report(archive_root)["changes_since"] != "0"


def test_a_file_that_is_spoilt_is_named_and_the_others_come(archive_root: Path, tmp_path: Path) -> None:
    entry = a_post(archive_root)
    (archive_root / "finews" / entry["path"]).write_text("spoilt", "utf-8")
    place = tmp_path / "x.jsonl.gz"
    done = run("export", "finews", "--format", "jsonl", "--output", str(place), settings={"ARCHIVE_ROOT": str(archive_root)})
    assert done.returncode == 1
    assert f"not exported: {entry['path']}: is not what the index says" in done.stderr
    assert len(list(read(place))) == len(index(archive_root / "finews")) - 1


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--since", "yesterday"], "cannot be read"),
        (["--fidelity", "good"], "is none of: exact, rendered, partial"),
        (["--since", "2022-03-02", "--until", "2022-03-01"], "lies after"),
        (["--format", "wacz", "--query", "x"], "takes all captures"),
        (["--jobs", "0"], "is no whole number"),
        (["--output", "/no/such/folder/x.gz"], "there is no folder /no/such/folder"),
    ],
)
def test_what_cannot_be_exported_is_said_in_a_line(crawled: Path, options: list[str], said: str) -> None:
    command = ["export", "finews", *(["--format", "jsonl"] if "--format" not in options else []), *options]
    done = run(*command, settings={"ARCHIVE_ROOT": str(crawled)})
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_folder_that_is_no_export_is_not_replaced(crawled: Path, tmp_path: Path, make: Export) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("dear", "utf-8")
    with pytest.raises(CannotRun, match="is not replaced"):
        make(crawled, "hugo", tmp_path / "mine")
    assert [path.name for path in tmp_path.rglob("*")] == ["mine", "letter.txt"]

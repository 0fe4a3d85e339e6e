"""Parquet, read by those who read it: pandas, DuckDB, polars, and Hugging Face's datasets."""

from __future__ import annotations

import os
import shutil
import signal
from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from crawler.archive.catalog.changes import Token
from crawler.exporters.checkpoint import Checkpoint
from crawler.exporters.filters import Filter
from crawler.exporters.output import MANIFEST
from crawler.exporters.parquet import write_dataset, write_parquet
from crawler.sites.declared import load
from tests.archives import a_post, index
from tests.exporters.rows import a_row, packed
from tests.replica.crawl import crawl, forks_into, run
from tests.replica.server import SITE_HOST, ReplicaServer, Reply

if TYPE_CHECKING:
    from pathlib import Path

    from tests.exporters.conftest import Export


@pytest.fixture(scope="module")
def folder(crawled: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    from crawler.batch.processes import Workers
    from crawler.exporters.posts import ExportRequest, export
    from crawler.sites.declared import load
    from tests.exporters.conftest import quiet

    place = tmp_path_factory.mktemp("parquet") / "finews.parquet"
    with Workers() as workers:
        export(ExportRequest(load("finews"), crawled / "finews", "parquet", place, Filter()), workers, quiet)
    return place


def by_day(crawled: Path) -> dict[str, int]:
    return dict(Counter(entry["date"][:10] for entry in index(crawled / "finews")))


def test_duckdb(folder: Path, crawled: Path) -> None:
    import duckdb

    table = f"read_parquet('{folder}/**/*.parquet', hive_partitioning = true)"
    days = duckdb.sql(
        f"SELECT day, count(*) FROM {table} WHERE month >= '2022-01' OR month < '2022-01' GROUP BY day"
    ).fetchall()
    assert {day.isoformat(): posts for day, posts in days} == by_day(crawled)
    moments = dict(duckdb.sql(f"SELECT id, epoch(date) FROM {table}").fetchall())
    assert moments == {entry["id"]: datetime.fromisoformat(entry["date"]).timestamp() for entry in index(crawled / "finews")}
    listed = duckdb.sql(f"SELECT count(*) FROM {table} WHERE list_contains(categories, 'emnews')").fetchall()
    assert listed == [(sum("emnews" in entry["categories"] for entry in index(crawled / "finews")),)]


def test_pandas(folder: Path, crawled: Path) -> None:
    import pandas as pd

    frame = pd.read_parquet(folder)
    entries = {entry["id"]: entry for entry in index(crawled / "finews")}
    assert set(frame["id"]) == set(entries)
    assert str(frame["date"].dt.tz) == "Asia/Shanghai"
    for row in frame.itertuples():
        assert row.date == datetime.fromisoformat(entries[row.id]["date"])
        assert list(row.categories) == entries[row.id]["categories"]
        assert row.raw.encode() == (crawled / "finews" / row.path).read_bytes()


def test_polars(folder: Path, crawled: Path) -> None:
    import polars as pl

    frame = pl.scan_parquet(folder / "**" / "*.parquet", hive_partitioning=True)
    days = frame.group_by(pl.col("date").dt.strftime("%Y-%m-%d").alias("day")).len().collect()
    assert dict(days.iter_rows()) == by_day(crawled)
    assert frame.collect_schema()["categories"] == pl.List(pl.String)


def test_hugging_face(crawled: Path, tmp_path: Path, make: Export, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    make(crawled, "hf", tmp_path / "finews.dataset")
    import datasets

    loaded: Any = datasets.load_dataset(str(tmp_path / "finews.dataset"), split="train", cache_dir=str(tmp_path / "cache"))
    assert sorted(loaded["id"]) == sorted(entry["id"] for entry in index(crawled / "finews"))
    assert all(row["raw"].startswith("---") for row in loaded)
    card = (tmp_path / "finews.dataset" / "README.md").read_text("utf-8")
    assert card.startswith("---\npretty_name:")
    assert "grants none" in card


def test_hugging_face_reads_a_later_export_anew(
    crawled: Path, tmp_path: Path, make: Export, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It keeps what it once read, and knows it again by what the card says of the configuration alone."""
    monkeypatch.setenv("HF_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    import datasets

    place, found = tmp_path / "finews.dataset", []
    for wanted in (Filter(), Filter(fidelities=frozenset({"exact"}))):
        make(crawled, "hf", place, wanted, overwrite=True)
        loaded: Any = datasets.load_dataset(str(place), split="train", cache_dir=str(tmp_path / "cache"))
        assert sorted(loaded["id"]) == [row["id"] for row in rows(place / "data")]
        found.append(len(loaded))
    assert found[0] > found[1] > 0


def rows(folder: Path) -> list[dict[str, Any]]:
    """Everything in it, whatever the order it went in."""
    import pandas as pd

    return sorted(pd.read_parquet(folder).to_dict("records"), key=lambda row: str(row["id"]))


def test_only_months_that_changed_are_made_anew(
    archive_root: Path, replica: ReplicaServer, tmp_path: Path, make: Export
) -> None:
    import pandas as pd

    place = tmp_path / "finews.parquet"
    make(archive_root, "parquet", place)
    other = place / "month=2021-01"
    other.mkdir()  # as if there were another month, which no run changes
    old = a_post(archive_root)
    frame = pd.read_parquet(place / "month=2022-03" / "posts.parquet")
    frame[frame["id"] != old["id"]].to_parquet(other / "posts.parquet")
    before = (other / "posts.parquet").stat()
    path = "/" + old["url"].split("/", 3)[3]
    body = replica.reply(SITE_HOST, path).body.replace(old["title"].encode(), "更正：新标题".encode())
    replica.replies[SITE_HOST, path] = [Reply(200, body, {"Content-Type": "text/html; charset=utf-8"})]
    assert crawl(replica.origins, archive_root, "-a", "recheck=1").returncode == 0
    make(archive_root, "parquet", place, since_run="last")
    frame = pd.read_parquet(place / "month=2022-03" / "posts.parquet").set_index("id")
    assert frame.loc[old["id"], "title"] == "更正：新标题"
    entries = [entry for entry in index(archive_root / "finews") if entry["date"].startswith("2022-03")]
    assert len(frame) == len(entries)
    assert (other / "posts.parquet").stat().st_mtime_ns == before.st_mtime_ns
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_a_post_that_was_forgotten_goes_with_the_next(archive_root: Path, tmp_path: Path, make: Export) -> None:
    place = tmp_path / "finews.parquet"
    make(archive_root, "parquet", place)
    known = place / "month=2022-03" / "posts.parquet"
    post = a_post(archive_root)
    done = run("forget", "finews", post["id"], "--reason", "asked for", settings={"ARCHIVE_ROOT": str(archive_root)})
    assert done.returncode in (0, 1), done.stderr
    other = place / "month=2021-01"
    other.mkdir()
    shutil.copy(known, other)
    make(archive_root, "parquet", place, since_run="last")
    make(archive_root, "parquet", tmp_path / "new.parquet")
    assert not other.exists()  # the post was in it, and the archive has nothing of that month
    assert post["id"] not in [row["id"] for row in rows(place)]
    assert str(rows(place)) == str(rows(tmp_path / "new.parquet"))


def test_with_another_filter_it_is_made_anew(archive_root: Path, tmp_path: Path, make: Export) -> None:
    place, some = tmp_path / "finews.parquet", Filter(categories=frozenset({"emnews"}))
    make(archive_root, "parquet", place)
    everything = rows(place)
    make(archive_root, "parquet", place, some, since_run="last", overwrite=True)
    assert 0 < len(rows(place)) < len(everything)
    assert {"emnews" in row["categories"] for row in rows(place)} == {True}
    make(archive_root, "parquet", place, since_run="last")
    assert str(rows(place)) == str(everything)


def test_cut_short_it_is_brought_up_to_date_by_the_next(archive_root: Path, tmp_path: Path, make: Export) -> None:
    """Whatever is missing or half there of months: it says that it stands where it stood."""
    place = tmp_path / "finews.parquet"
    make(archive_root, "parquet", place)
    stood = (place / MANIFEST).read_bytes()
    done = run(
        "forget", "finews", a_post(archive_root)["id"], "--reason", "asked for", settings={"ARCHIVE_ROOT": str(archive_root)}
    )
    assert done.returncode in (0, 1), done.stderr
    make(archive_root, "parquet", place, since_run="last")
    make(archive_root, "parquet", tmp_path / "new.parquet")
    assert (place / MANIFEST).read_bytes() != stood
    new = rows(place)
    (place / MANIFEST).write_bytes(stood)
    make(archive_root, "parquet", place, since_run="last")
    assert str(rows(place)) == str(new) == str(rows(tmp_path / "new.parquet"))
    assert sorted(path.name for path in tmp_path.glob(".*")) == []


def die_at(call: str) -> None:
    """Have this process die before it puts so many files in their places."""
    calls, replace = 0, os.replace

    def counted(path: object, target: object, **given: Any) -> None:
        nonlocal calls
        calls += 1
        if calls == int(call):
            os.kill(os.getpid(), signal.SIGKILL)
        replace(path, target, **given)  # type: ignore[call-overload]

    os.replace = counted


@pytest.mark.parametrize("call", [1, 2])  # a month's file; what the export says of itself
def test_killed_at_any_step_no_month_is_missing_after_the_next(
    archive_root: Path, tmp_path: Path, make: Export, call: int
) -> None:
    place = archive_root / "finews.parquet"
    make(archive_root, "parquet", place)
    shutil.move(place, tmp_path / "aside")  # forgetting changes exports in their usual place
    given = ["-s", f"ARCHIVE_ROOT={archive_root}"]
    assert run("forget", "finews", a_post(archive_root)["id"], "--reason", "x", *given).returncode in (0, 1)
    shutil.move(tmp_path / "aside", place)
    with forks_into(tmp_path / "log") as forks:
        arm = ("tests.exporters.test_parquet:die_at", str(call))
        code = forks.run(["export", "finews", "--format", "parquet", "--since-run", *given], datetime.now(tz=UTC), arm=arm)
    assert code == -signal.SIGKILL
    make(archive_root, "parquet", place, since_run="last")
    make(archive_root, "parquet", tmp_path / "new.parquet")
    assert str(rows(place)) == str(rows(tmp_path / "new.parquet"))


def test_a_filter_that_takes_nothing_leaves_the_columns(crawled: Path, tmp_path: Path, make: Export) -> None:
    import pandas as pd

    make(crawled, "parquet", tmp_path / "none", Filter(query="no such words anywhere"))
    frame = pd.read_parquet(tmp_path / "none")
    assert len(frame) == 0
    assert {"id", "text", "date", "securities"} <= set(frame.columns)


#: Times that some reader has no value for, or had none in nanoseconds; the last two of them nobody has one for.
FAR = [
    ("9999-12-31T23:59:59+08:00", "9999-12-31", True),
    ("2262-04-12T00:00:00+08:00", "2262-04-12", True),
    ("1677-09-20T00:00:00+08:00", "1677-09-20", True),
    ("9999-12-31T23:59:59-08:00", "9999-12-31", False),
    ("0001-01-01T00:00:00+08:00", "0001-01-01", False),
]


@pytest.mark.parametrize("name", ["parquet", "hf"])
def test_a_post_of_a_far_year_spoils_it_for_no_reader(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    import duckdb
    import pandas as pd
    import polars as pl

    rows = [a_row(), *(a_row(f"NW{number}", date=time, day=day) for number, (time, day, _) in enumerate(FAR))]
    expected = {row["id"]: row["day"] for row in rows}
    moments = {f"NW{number}": datetime.fromisoformat(time) if has else None for number, (time, _, has) in enumerate(FAR)}
    moments[rows[0]["id"]] = datetime.fromisoformat(rows[0]["date"])
    place, site = tmp_path / f"x.{name}", load("finews")
    if name == "hf":
        assert write_dataset(packed(rows, name), place, site) == len(rows)
    else:
        assert write_parquet(packed(rows, name), place, site, Checkpoint(Token(1, 1), "")) == len(rows)
    files = f"{place}/**/*.parquet"
    found = duckdb.sql(f"SELECT id, day, date FROM '{files}'").fetchall()
    assert {post_id: (day.isoformat(), time) for post_id, day, time in found} == {
        post_id: (day, moments[post_id]) for post_id, day in expected.items()
    }
    frame = pl.read_parquet(files)
    assert dict(frame.select("id", pl.col("day").cast(pl.String)).iter_rows()) == expected
    assert dict(frame.select("id", "date").iter_rows()) == moments
    pandas = [pd.read_parquet(path) for path in sorted(place.rglob("*.parquet"))]
    for part in [*pandas, pd.concat(pandas)]:
        for row in part.itertuples():
            assert str(row.day) == expected[row.id]
            assert (None if pd.isna(row.date) else row.date) == moments[row.id]
        assert part["date"].astype(str).tolist()
    if name == "hf":
        monkeypatch.setenv("HF_HUB_OFFLINE", "1")
        import datasets

        loaded: Any = datasets.load_dataset(str(place), split="train", cache_dir=str(tmp_path / "cache"))
        assert dict(zip(loaded["id"], loaded["date"], strict=True)) == moments

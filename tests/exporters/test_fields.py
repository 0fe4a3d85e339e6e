"""A field that is added to the table is in the schema, the data dictionary, the index, and every export, with no other line changed."""

from __future__ import annotations

import csv
import dataclasses
import gzip
import importlib
import json
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import jsonschema
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from crawler import fields
from crawler.derive import entry as derive_entry
from crawler.derive.entry import index_entry
from crawler.exporters.chunk import Task, read_chunk
from crawler.exporters.filters import Filter
from crawler.exporters.schemas import filled, schema
from crawler.fields import DAY, FIELDS, INTEGER, LIST, LIST_AS_JSON, LOCAL_TIME, TEXT, TIME, Field, fields_of
from crawler.items import Post
from crawler.text import reading
from tests.archives import a_post, index
from tests.dictionary import DICTIONARY
from tests.exporters.rows import a_row

if TYPE_CHECKING:
    from pathlib import Path

    from tests.exporters.conftest import Export

EVERYWHERE = frozenset({"index", "export", "csv", "sqlite"})
NOON = "2022-03-01T12:00:00+08:00"


def a_field(kind: fields.Type, name: str = "order", **more: Any) -> Field:
    """``order``: a word of SQL is as good a name as any."""
    return Field(name, "What the test says.", kind, since="9.9", **more)


#: A new field, a value of it, its JSON type, its Arrow type, and what SQLite and CSV have of the value.
NEW = {
    "text": (a_field(TEXT), "公司", "string", pa.string(), "公司", "公司"),
    "nullable": (a_field(TEXT, is_nullable=True), None, ["string", "null"], pa.string(), None, ""),
    "number": (a_field(INTEGER, rules={"minimum": 3}), 7, "integer", pa.int64(), 7, "7"),
    "day": (a_field(DAY, is_nullable=True), None, ["string", "null"], pa.date32(), None, ""),
    "time": (a_field(TIME), NOON, "string", pa.timestamp("us", "UTC"), NOON, NOON),
    "local time": (a_field(LOCAL_TIME), NOON, "string", pa.timestamp("ms", "Asia/Shanghai"), NOON, NOON),
    "long": (a_field(TEXT, is_long=True), "公司", "string", pa.string(), "公司", "公司"),
    "texts": (
        a_field(LIST, parts=(Field("name"),)),
        ["甲", "乙"],
        "array",
        pa.list_(pa.string()),
        [("甲",), ("乙",)],
        '["甲","乙"]',
    ),
    "texts in a cell": (
        a_field(LIST_AS_JSON, parts=(Field("name"),)),
        ["甲"],
        "array",
        pa.list_(pa.string()),
        '["甲"]',
        '["甲"]',
    ),
    "objects": (
        a_field(LIST, parts=(Field("group"), Field("number", "Its number.", INTEGER, is_nullable=True))),
        [{"group": "甲", "number": None}],
        "array",
        pa.list_(pa.struct([("group", pa.string()), ("number", pa.int64())])),
        [("甲", None)],
        '[{"group":"甲","number":null}]',
    ),
}


@pytest.fixture
def archive(crawled: Path, tmp_path: Path) -> Path:
    """An archive of one's own, its root."""
    shutil.copytree(crawled, tmp_path / "root", copy_function=shutil.copy2)
    return tmp_path / "root"


def add(monkeypatch: pytest.MonkeyPatch, new: Field, value: Any) -> Field:
    """Have the table a field more, in the middle, that every article gives when it is read."""
    at = len(fields_of("index"))
    monkeypatch.setattr(fields, "FIELDS", (*FIELDS[:at], new, *FIELDS[at:]))
    read = reading.read
    longer = dataclasses.make_dataclass("Longer", [(new.name, Any)], bases=(reading.Reading,), frozen=True, slots=True)

    def read_more(*given: Any) -> reading.Reading:
        found = read(*given)
        return longer(*(getattr(found, one.name) for one in dataclasses.fields(found)), value)

    monkeypatch.setattr(reading, "read", read_more)
    return new


@pytest.mark.parametrize("name", NEW)
def test_a_new_field_is_in_the_schema_and_the_dictionary(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    new, value, json_type, *_ = NEW[name]
    add(monkeypatch, new, value)
    found = schema("export")
    assert found["properties"]["order"]["description"] == "What the test says. Since Backfile 9.9."
    assert found["properties"]["order"]["type"] == json_type
    assert "order" in found["required"]
    jsonschema.Draft202012Validator.check_schema(found)
    jsonschema.validate(a_row(order=value), found)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(a_row(order=[[1.5]]), found)
    with pytest.raises(jsonschema.ValidationError, match="required"):
        jsonschema.validate(a_row(), found)
    assert "order" not in schema("index")["properties"]
    before, after = DICTIONARY.read_text("utf-8"), filled(DICTIONARY.read_text("utf-8"))
    kind = json_type if isinstance(json_type, str) else " or ".join(json_type)
    (line,) = set(after.splitlines()) - set(before.splitlines())
    assert line == f"| `order` | {kind} | What the test says. Since Backfile 9.9. |"


@pytest.mark.parametrize("name", NEW)
def test_a_new_field_is_in_every_export(
    crawled: Path, tmp_path: Path, make: Export, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    new, value, _, arrow, in_sqlite, in_csv = NEW[name]
    add(monkeypatch, new, value)
    (crawled / "finews" / "readings.sqlite").unlink(missing_ok=True)  # that of the former value
    for form, place in (("jsonl", "x.jsonl"), ("csv", "x.csv"), ("parquet", "x.parquet"), ("hf", "x.hf"), ("sqlite", "x.db")):
        assert make(crawled, form, tmp_path / place).lost == []
    rows = [json.loads(line) for line in (tmp_path / "x.jsonl").read_text("utf-8").splitlines()]
    assert {json.dumps(row["order"]) for row in rows} == {json.dumps(value)}
    assert {tuple(row) for row in rows} == {tuple(schema("export")["properties"])}
    with (tmp_path / "x.csv").open(encoding="utf-8", newline="") as file:
        assert {row["order"] for row in csv.DictReader(file)} == {in_csv}
    for place in ("x.parquet", "x.hf"):
        for path in (tmp_path / place).rglob("*.parquet"):
            table = pq.ParquetFile(path).read()
            assert table.schema.field("order").type == arrow
            expected = datetime.fromisoformat(NOON).astimezone(UTC) if value == NOON else value
            assert table["order"].to_pylist() == [expected] * len(table)
    with closing(sqlite3.connect(tmp_path / "x.db")) as db:
        if isinstance(in_sqlite, list):
            columns = ", ".join(f'"{part.name}"' for part in new.parts)
            (post_id,) = db.execute("SELECT id FROM posts LIMIT 1").fetchone()
            assert db.execute(f'SELECT {columns} FROM "order" WHERE post = ?', (post_id,)).fetchall() == in_sqlite
        else:
            assert set(db.execute('SELECT "order" FROM posts').fetchall()) == {(in_sqlite,)}
        names = [name for _, name, *_ in db.execute("PRAGMA table_info(posts)")]
    assert names[:6] == ["id", "title", "date", "day", "source", "category"]
    long = [one.name for one in fields.FIELDS if one.is_long]
    assert names[-len(long) :] == long


@dataclass(slots=True)
class Longer(Post):
    """A post of which more is known."""

    place: str = "上海"
    people: list[str] = field(default_factory=lambda: ["甲"])


def test_a_new_field_of_the_index_is_the_posts_own(
    archive: Path, tmp_path: Path, make: Export, monkeypatch: Any, request: pytest.FixtureRequest
) -> None:
    place, people = (
        a_field(TEXT, "place", outputs=EVERYWHERE),
        a_field(LIST, "people", outputs=EVERYWHERE, parts=(Field("name"),)),
    )
    monkeypatch.setattr(fields, "FIELDS", (*FIELDS, place, people))
    importlib.reload(derive_entry)  # it reads the table when it is imported

    def read_again() -> None:
        monkeypatch.undo()
        importlib.reload(derive_entry)

    request.addfinalizer(read_again)
    post = Longer(
        id="NW1",
        site="finews",
        url="https://x.example/",
        share_url=None,
        filename="2022-03-01-NW1.md",
        content="---\n---\n",
        title="题",
        date=datetime.fromisoformat(NOON),
        categories=["a"],
        tags=[],
        source=None,
        edition="share",
        body_from="share",
        fidelity="exact",
        version=1,
        path="_posts/2022/03/01/2022-03-01-NW1.md",
    )
    entry = index_entry(post)
    jsonschema.validate(entry, schema("index"))
    assert list(entry) == list(schema("index")["properties"])
    assert (entry["place"], entry["people"]) == ("上海", ["甲"])
    path = archive / "finews" / "index.jsonl"
    lines = [json.loads(line) | {"place": "上海", "people": ["甲"]} for line in path.read_text("utf-8").splitlines()]
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines), "utf-8")
    assert make(archive, "jsonl", tmp_path / "x.jsonl.gz").lost == []
    with gzip.open(tmp_path / "x.jsonl.gz") as packed:
        for row in map(json.loads, packed):
            jsonschema.validate(row, schema("export"))
            assert (row["place"], row["people"]) == ("上海", ["甲"])


def test_a_line_of_an_older_index_is_said_to_lack_the_field(
    crawled: Path, tmp_path: Path, make: Export, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fields, "FIELDS", (*FIELDS, a_field(TEXT, "place", outputs=EVERYWHERE)))
    done = make(crawled, "jsonl", tmp_path / "x.jsonl")
    assert [path for path, _ in done.lost] == [entry["path"] for entry in index_without(crawled, monkeypatch)]
    assert {why for _, why in done.lost} == {
        "its line of the index lacks place, as one of an earlier version does; make it anew: scrapy rebuild finews"
    }


def index_without(root: Path, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    monkeypatch.setattr(fields, "FIELDS", FIELDS)
    return index(root / "finews")


@pytest.mark.parametrize(("form", "place"), [("sqlite", "x.db"), ("parquet", "x.parquet")])
@pytest.mark.parametrize("name", ["text", "texts"])
def test_an_export_that_lacks_the_field_is_made_anew_not_brought_up_to_date(
    crawled: Path, tmp_path: Path, make: Export, form: str, place: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    new, value, *_ = NEW[name]
    make(crawled, form, tmp_path / place)
    assert make(crawled, form, tmp_path / place, since_run="last").number == 0, "nothing changed"
    add(monkeypatch, new, value)
    assert make(crawled, form, tmp_path / place, since_run="last").number == len(index(crawled / "finews"))
    assert make(crawled, form, tmp_path / place, since_run="last").number == 0


def test_a_post_is_taken_out_of_databases_of_other_versions(
    crawled: Path, tmp_path: Path, make: Export, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of one that lacks a list, and of one that has a list that there is no more: none of it stays."""
    from crawler.exporters.sqlite import remove_from_sqlite

    post_id = a_post(crawled)["id"]
    make(crawled, "sqlite", tmp_path / "older.db")
    add(monkeypatch, *NEW["texts"][:2])
    make(crawled, "sqlite", tmp_path / "newer.db")
    assert remove_from_sqlite(tmp_path / "older.db", [post_id]) == 1
    monkeypatch.setattr(fields, "FIELDS", FIELDS)
    assert remove_from_sqlite(tmp_path / "newer.db", [post_id]) == 1
    with closing(sqlite3.connect(tmp_path / "newer.db")) as db:
        assert db.execute('SELECT count(*) FROM "order" WHERE post = ?', (post_id,)).fetchone() == (0,)
        assert db.execute('SELECT count(*) FROM "order"').fetchone() > (0,)


def test_every_field_says_what_it_means() -> None:
    assert len({one.name for one in FIELDS}) == len(FIELDS)
    for one in FIELDS:
        assert one.meaning.endswith("."), one.name
        assert one.outputs, one.name
        assert bool(one.parts) == (one.type.json == "array"), one.name


def test_a_row_has_no_more_than_the_text_says(crawled: Path) -> None:
    """Nothing goes from process to process that no row has."""
    line = json.dumps(a_post(crawled)).encode()
    task = Task(str(crawled / "finews"), [(line, True)], Filter(), "text", signs=False, pack="", reader=b"")
    _, chunk = read_chunk(0, task)
    assert chunk.posts[0].problem == ""
    assert set(chunk.posts[0].item) == {one.name for one in fields_of("export")} - {"group"} | {"captures"}

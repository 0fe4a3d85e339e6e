"""Whatever is spoilt in an archive is named by ``scrapy verify``, and what captures give is mended."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from crawler.upkeep.verify.posts import Lines, check_lines
from crawler.upkeep.verify.snapshot import Snapshot
from crawler.warc.members import iter_members
from tests.archives import a_post
from tests.batch.conftest import tables, tree
from tests.upkeep.verify.verifying import catalog, change_line, deface, verify

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def delete(archive: Path, post: dict) -> str:
    (archive / post["path"]).unlink()
    return f"{post['path']}: cannot be read: No such file or directory"


def drop_line(archive: Path, post: dict) -> str:
    lines = (archive / "index.jsonl").read_bytes().splitlines(keepends=True)
    (archive / "index.jsonl").write_bytes(b"".join(line for line in lines if post["id"].encode() not in line))
    return f"{post['path']}: is not in the index"


def double_line(archive: Path, post: dict) -> str:
    lines = (archive / "index.jsonl").read_bytes().splitlines(keepends=True)
    twice = [line for line in lines if post["id"].encode() in line]
    (archive / "index.jsonl").write_bytes(b"".join(lines + twice))
    return f"index.jsonl: line {len(lines) + 1}: the ID {post['id']} stands there twice"


def garble_line(archive: Path, post: dict) -> str:
    lines = (archive / "index.jsonl").read_bytes().splitlines(keepends=True)
    (archive / "index.jsonl").write_bytes(b"".join([*lines[:3], b'{"id": 1}\n', *lines[3:]]))
    return "index.jsonl: line 4 is no line of an index"


def lead_out(archive: Path, post: dict) -> str:
    change_line(archive, post["id"], lambda entry: entry.update(path="_posts/../../../etc/passwd"))
    return f"index.jsonl: {post['id']}: its path _posts/../../../etc/passwd leads out of _posts/"


def misplace(archive: Path, post: dict) -> str:
    change_line(archive, post["id"], lambda entry: entry["captures"][0].update(offset=7))
    return f"index.jsonl: {post['id']}: its capture of {post['url']} is not at byte 7 of {post['captures'][0]['file']}"


def lose_text(archive: Path, post: dict) -> str:
    """As a run does that is cut short between two hosts, and a later one that captures the text."""
    change_line(archive, post["id"], lambda entry: entry.update(body_from="page", captures=entry["captures"][:1]))
    return f"index.jsonl: {post['id']}: is made without its text, which was captured"


def forget_capture(archive: Path, post: dict) -> str:
    catalog(archive, "DELETE FROM captures WHERE url = ?", post["url"])
    return f"the capture of {post['url']} is not in the catalog as it is"


def invent_capture(archive: Path, post: dict) -> str:
    catalog(archive, "UPDATE captures SET url = 'http://x/' WHERE url = ?", post["url"])
    return "catalog.sqlite: no such capture of http://x/ at byte"


def lose_payload(archive: Path, post: dict) -> str:
    catalog(archive, "UPDATE captures SET payload_id = 0 WHERE url = ?", post["url"])
    return f"catalog.sqlite: the capture of {post['url']} at byte {post['captures'][0]['offset']} of"


def forget_post(archive: Path, post: dict) -> str:
    catalog(archive, "DELETE FROM posts WHERE id = ?", post["id"])
    return f"catalog.sqlite: has another line of the post {post['id']} than the index, or none"


def lose_catalog(archive: Path, post: dict) -> str:
    (archive / "catalog.sqlite").unlink()
    return "catalog.sqlite: is not there"


def spoil_catalog(archive: Path, post: dict) -> str:
    (archive / "catalog.sqlite").write_bytes(b"spoilt" * 1000)
    return "catalog.sqlite: cannot be read: file is not a database"


def lose_index(archive: Path, post: dict) -> str:
    (archive / "index.jsonl").unlink()
    return "index.jsonl: is not there"


MENDED = [
    deface, delete, drop_line, double_line, garble_line, lead_out, misplace, lose_text, forget_capture, invent_capture, lose_payload,
    forget_post, lose_catalog, spoil_catalog, lose_index,
]  # fmt: skip


@pytest.mark.parametrize("spoil", MENDED)
def test_what_is_spoilt_is_named_and_mended(archive_root: Path, spoil: Callable[[Path, dict], str]) -> None:
    archive = archive_root / "finews"
    right, rows = tree(archive), tables(archive)
    expected = spoil(archive, a_post(archive_root))
    done = verify(archive_root)
    assert done.returncode == 1
    assert expected in done.stdout
    repaired = verify(archive_root, "--repair")
    assert repaired.returncode == 0, repaired.stdout
    assert tree(archive) == right
    assert tables(archive) == rows


def stray(archive: Path, post: dict) -> str:
    (archive / "_posts" / "notes.txt").write_text("mine")
    return "_posts/notes.txt: is not in the index"


def flip(archive: Path, post: dict) -> str:
    capture = post["captures"][0]
    path = archive / "captures" / capture["file"]
    path.chmod(0o644)
    data = bytearray(path.read_bytes())
    data[capture["offset"] + 400] ^= 0xFF
    path.write_bytes(data)
    return f"captures/{capture['file']}: byte {capture['offset']}: "


def lose_file(archive: Path, post: dict) -> str:
    (archive / "captures" / post["captures"][0]["file"]).unlink()
    return f"catalog.sqlite: speaks of {post['captures'][0]['file']}, which is not in captures/"


@pytest.mark.parametrize("spoil", [stray, flip])
def test_what_no_capture_gives_stays_named(archive_root: Path, spoil: Callable[[Path, dict], str]) -> None:
    archive = archive_root / "finews"
    right = tree(archive)
    expected = spoil(archive, a_post(archive_root))
    assert expected in verify(archive_root).stdout
    done = verify(archive_root, "--repair")
    assert done.returncode == 1
    assert expected in done.stdout
    after = tree(archive)
    assert {name: after[name] for name in right if name != "index.jsonl"} == {
        name: content for name, content in right.items() if name != "index.jsonl"
    }


def test_a_capture_file_that_is_gone_is_named(archive_root: Path) -> None:
    expected = lose_file(archive_root / "finews", a_post(archive_root))
    done = verify(archive_root)
    assert (done.returncode, expected in done.stdout) == (1, True)


def test_a_record_with_a_wrong_digest(archive_root: Path) -> None:
    """Whole as gzip and as WARC, and yet not what was captured."""
    import gzip

    archive, post = archive_root / "finews", a_post(archive_root)
    capture = post["captures"][0]
    path = archive / "captures" / capture["file"]
    path.chmod(0o644)
    data, parts = path.read_bytes(), []
    for start, length, content in iter_members(path, 0, 1 << 26):
        assert isinstance(content, bytes)
        forged = start == capture["offset"]
        parts.append(gzip.compress(content[:-20] + b"x" + content[-19:]) if forged else data[start : start + length])
    path.write_bytes(b"".join(parts))
    done = verify(archive_root)
    assert done.returncode == 1
    assert f"captures/{capture['file']}: byte {capture['offset']}: the block is not what its digest says" in done.stdout
    whole = verify(archive_root, "--sample", "1000")
    assert f"captures/{capture['file']}: byte {capture['offset']}: the block is not what its digest says" in whole.stdout


@pytest.mark.parametrize(
    "change",
    [
        {"path": 5}, {"id": None}, {"first_seen": []}, {"sha256": 1.5}, {"captures": 3}, {"captures": [7]},
        {"captures": [{"url": 1}]}, {"url": {}}, {"captures": {}}, {"captures": None},
    ],
    ids=str,
)  # fmt: skip
def test_a_line_with_values_of_other_types_is_named(archive_root: Path, change: dict) -> None:
    archive = archive_root / "finews"
    lines = (archive / "index.jsonl").read_bytes().splitlines(keepends=True)
    lines[3] = json.dumps(json.loads(lines[3]) | change).encode() + b"\n"
    (archive / "index.jsonl").write_bytes(b"".join(lines))
    done = verify(archive_root, "--jobs", "1")
    assert done.returncode == 1
    assert "index.jsonl: line 4 is no line of an index: " in done.stdout
    assert "Error" not in done.stdout
    assert "object is not" not in done.stdout


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (b"noise", "it is no JSON"),
        (b"[]", "it is no JSON object"),
        (b"7", "it is no JSON object"),
        (b"{}", "it has no captures"),
        (b'{"captures": []}', "it has no id"),
        (b'{"captures": 3}', "its captures are no list of objects"),
    ],
)
def test_what_is_wrong_with_a_line_is_said_in_plain_words(tmp_path: Path, line: bytes, why: str) -> None:
    _, (checked,) = check_lines(Lines(1, [line], Snapshot(tmp_path, tmp_path), catalog=False, records=False, site="x"))
    assert [str(one) for one in checked.findings] == [f"index.jsonl: line 1 is no line of an index: {why}"]

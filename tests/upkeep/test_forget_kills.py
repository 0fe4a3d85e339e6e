"""``scrapy forget`` is killed at each of its steps; the same command, or the next run, completes what was begun."""

from __future__ import annotations

import json
import shutil
import signal
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest

from tests.archives import a_post, index, words_of
from tests.crash.steps import die
from tests.replica.crawl import crawl, run, run_armed

if TYPE_CHECKING:
    from pathlib import Path

    from tests.replica.server import ReplicaServer

#: Where the process dies: before this function is called, by module.
STEPS = {
    "crawler.upkeep.forget": ("Forgetter.plan", "redact_records", "forget_readings"),
    "crawler.archive.files": ("PostFiles.remove",),
    "crawler.archive.index": ("Index.take_out", "overwrite", "close_gaps", "Index.close"),
    "crawler.archive.taken_out": ("write_whole",),
    "crawler.archive.catalog.catalog": ("Catalog.forget_post", "Catalog.forget_captures", "Catalog.close"),
    "crawler.exporters.removal": ("remove_posts",),
}
#: The first or the last part of the line is overwritten, as a power cut may leave it on the disk.
HALVES = ("first half", "second half")


def arm(module: str, name: str, large: str) -> None:
    """Have this process die before it calls a function; ``large``: how many bytes make an index a large one."""
    index_module: Any = import_module("crawler.archive.index")
    index_module.Index.__init__.__kwdefaults__["large"] = int(large)
    if name in HALVES:
        import_module("crawler.archive.taken_out").write_whole = _half(name)  # type: ignore[attr-defined]
        return
    owner: Any = import_module(module)
    *path, last = name.split(".")
    for part in path:
        owner = getattr(owner, part)
    setattr(owner, last, lambda *_, **__: die())


def _half(name: str) -> Any:
    import os

    def written(fd: int, data: bytes, _: str) -> None:
        middle = len(data) // 2
        if name == HALVES[1]:
            os.lseek(fd, middle, os.SEEK_CUR)
        os.write(fd, data[:middle] if name == HALVES[0] else data[middle:])
        die()

    return written


CASES = [(module, name) for module, names in STEPS.items() for name in names] + [("", name) for name in HALVES]


@pytest.mark.parametrize("large", [1, 1 << 30], ids=["large", "small"])
@pytest.mark.parametrize(("module", "name"), CASES, ids=[name for _, name in CASES])
def test_what_was_cut_short_is_completed(
    archive_root: Path, replica: ReplicaServer, tmp_path: Path, module: str, name: str, large: int
) -> None:
    archive, settings = archive_root / "finews", {"ARCHIVE_ROOT": str(archive_root)}
    entry = a_post(archive_root)
    others = [one for one in index(archive) if one["id"] != entry["id"]]
    words = [word for word in words_of(archive, entry) if entry["id"].encode() not in word] + [entry["title"].encode()]
    whole = b"".join(
        line for line in (archive / "index.jsonl").read_bytes().splitlines(keepends=True) if entry["id"] not in line.decode()
    )
    killed = run_armed(
        ("tests.upkeep.test_forget_kills:arm", module, name, str(large)),
        *("forget", "finews", entry["id"], "--reason", "x", "--listings"),
        settings=settings,
    )
    comes_to_it = name != "close_gaps" or large != 1
    assert killed.returncode == (-signal.SIGKILL if comes_to_it else 0), killed.stderr
    shutil.copytree(archive_root, tmp_path / "other")
    again = run("forget", "finews", entry["id"], "--reason", "x", "--listings", settings=settings)
    assert again.returncode == 0, again.stderr
    assert index(archive) == others
    assert (archive / "index.jsonl").read_bytes() == whole, "now it is a small one to everybody"
    for path in archive.rglob("*"):
        assert not path.is_file() or path.name.endswith(".gz") or not any(word in path.read_bytes() for word in words), path
    verified = run("verify", "finews", settings=settings)
    assert verified.returncode == 0, verified.stdout
    told = run("changes", "finews", "--since", "0", settings=settings).stdout
    assert {line["id"] for line in map(json.loads, told.splitlines()) if line["change"] == "added"} == {
        one["id"] for one in others
    }
    if name in ("Forgetter.plan", "overwrite", *HALVES, "Catalog.forget_post", "close_gaps"):
        run_is_good(tmp_path / "other", replica, others, entry)


def run_is_good(root: Path, replica: ReplicaServer, others: list[dict[str, Any]], entry: dict[str, Any]) -> None:
    """The next run, in place of the same command, leaves the archive in order."""
    done = crawl(replica.origins, root)
    assert done.returncode == 0, done.stderr
    assert {one["id"] for one in index(root / "finews")} == {one["id"] for one in others}
    assert not (root / "finews" / entry["path"]).exists()
    assert run("verify", "finews", settings={"ARCHIVE_ROOT": str(root)}).returncode == 0

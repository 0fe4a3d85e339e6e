"""A worker's post is taken over if it was made of all captures that there are at the addresses it was made of, and only then."""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from crawler.archive.archive import Archive
from crawler.archive.limits import Limits
from crawler.archive.workers.worker_archive import WorkerArchive
from crawler.archive.workers.worker_posts import Asked
from tests.archive.conftest import NOW, wire

if TYPE_CHECKING:
    from pathlib import Path

PAGE, OTHER_PAGE, TEXT, MISSING = "https://s/page", "https://s/moved", "https://s/text", "https://t/text"


def worker(folder: Path, name: str) -> WorkerArchive:
    return WorkerArchive(folder, "s", name, layout="", limits=Limits(10**9, 1e9), about={})


def capture(archive: WorkerArchive, url: str, second: int) -> None:
    archive.captures.store(wire(url, url.encode() * 100, time=NOW + timedelta(seconds=second)))


def make(archive: WorkerArchive) -> None:
    """Make a post of a page and its text, which is not where it is looked for first."""
    asked = Asked(archive.catalog)
    assert len(asked.history([PAGE])) + len(asked.history([MISSING, TEXT])) == 2
    asked.keep({"id": "one"}, "its source")


def taken_over(folder: Path, pages: list[str]) -> list[str]:
    with closing(Archive(folder, "s")) as archive:
        archive.recover(str)
        posts = {"one": pages}
        return [made.content for own in archive.made_by_workers for made in own.that_hold(posts, archive.catalog)]


@pytest.mark.parametrize(
    ("harm", "holds"),
    [
        ("", True),
        ("another worker captures something else", True),
        ("another worker captures its text", False),
        ("another worker captures what it lacks", False),
        ("its worker captures its page once more", False),
        ("it has a page elsewhere, too", False),
        ("its worker is killed", False),
        ("the archive has a file of that name", False),
    ],
)
def test_which_posts_hold(tmp_path: Path, harm: str, holds: bool) -> None:
    folder, pages = tmp_path / "s", [PAGE]
    Archive(folder, "s").close()
    a, b = worker(folder, "a"), worker(folder, "b")
    capture(a, PAGE, 1)
    capture(a, TEXT, 2)
    make(a)
    capture(b, "https://s/other", 3)
    if harm == "another worker captures its text":
        capture(b, TEXT, 4)
    elif harm == "another worker captures what it lacks":
        capture(b, MISSING, 4)
    elif harm == "its worker captures its page once more":
        capture(a, PAGE, 4)
    elif harm == "it has a page elsewhere, too":
        capture(b, OTHER_PAGE, 4)
        pages.append(OTHER_PAGE)
    elif harm == "the archive has a file of that name":
        (own,) = a.own.glob("*.warc.gz")
        (folder / "captures").mkdir()
        (folder / "captures" / own.name).touch()
    b.close()
    if harm != "its worker is killed":
        a.close()
    else:
        a.catalog.commit()  # what its captures were, is not certain
    assert taken_over(folder, pages) == (["its source"] if holds else [])
    assert not (folder / "workers").exists()


def test_what_nobody_takes_over_is_made_anew(tmp_path: Path) -> None:
    folder = tmp_path / "s"
    Archive(folder, "s").close()
    a = worker(folder, "a")
    capture(a, PAGE, 1)
    capture(a, TEXT, 2)
    make(a)
    a.close()
    archive = Archive(folder, "s")
    archive.recover(str)
    archive.catalog.commit(durable=True)
    assert (folder / "workers").exists()
    archive._unlock()  # the process is killed here
    assert taken_over(folder, [PAGE]) == []

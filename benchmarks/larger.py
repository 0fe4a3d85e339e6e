"""How time grows with an archive: rebuilding it, copying its posts, and a run with nothing new into it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from benchmarks.measure import timed, timed_with_children
from benchmarks.multiply import multiply
from benchmarks.nginx import Nginx, NginxMissing
from benchmarks.table import Group, Measured
from tests.replica.crawl import scrapy

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def larger(folder: Path, rounds: int, sizes: Sequence[int]) -> list[Group]:
    """Measure archives of these sizes, made of the crawl in ``folder/kept`` of ``folder/replica``."""
    made, copied = Group("posts made of captures (rebuild, all cores), by posts"), Group("cp -r of the posts, by posts")
    idle, status = Group("a run with nothing new, by posts"), Group("scrapy status, by posts")
    roots: dict[int, Path] = {}
    for size in sizes:
        root = folder / f"archive-{size}"
        posts = multiply(folder / "kept" / "finews", root / "finews", size)
        roots[posts] = root
        for number in range(rounds):
            run = timed_with_children(scrapy("rebuild", "finews", settings={"ARCHIVE_ROOT": str(root)}), good=(0, 1))
            made.add(f"{posts:,}", Measured(posts, run.wall, run.cpu, run.peak))
            run = timed(["cp", "-r", str(root / "finews" / "_posts"), str(folder / f"copy-{size}-{number}")])
            copied.add(f"{posts:,}", Measured(posts, run.wall, run.cpu, run.peak))
        print(f"growth: an archive of {posts:,} posts", flush=True)
    try:
        with Nginx(folder / "replica", _new(folder / "nginx-growth")) as server:
            _idle(server, roots, rounds, idle, status)
    except NginxMissing as error:
        idle.notes.append(f"not measured: {error}")
    return [made, copied, idle, status]


def _idle(server: Nginx, roots: dict[int, Path], rounds: int, idle: Group, status: Group) -> None:
    for number in range(-2, rounds):  # the site lacks the multiplied posts: the second run finds them gone
        for posts, root in roots.items():
            settings = {"PROFILE": "fast", "ORIGINS": json.dumps(server.origins), "ARCHIVE_ROOT": str(root)}
            run = timed(scrapy("crawl", "finews", settings=settings), good=(0, 1))
            if number < 0:
                continue
            idle.add(f"{posts:,}", Measured(1, run.wall, run.cpu, run.peak))
            run = timed(scrapy("status", "finews", settings={"ARCHIVE_ROOT": str(root)}), good=(0, 1))
            status.add(f"{posts:,}", Measured(1, run.wall, run.cpu, run.peak))


def _new(folder: Path) -> Path:
    folder.mkdir()
    return folder

"""A WARC file that another archiver made: wget, recursively through the replica."""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from crawler.sites.finews import facts
from crawler.warc.scan import ScannedCapture, scan
from tests.archives import index
from tests.batch.conftest import tree
from tests.conftest import missing
from tests.replica.crawl import run
from tests.replica.server import SITE_HOST, ReplicaServer

if TYPE_CHECKING:
    from pathlib import Path


def wget(folder: Path, name: str, *arguments: str) -> Path:
    """Run wget; gives the WARC file it wrote."""
    program = shutil.which("wget") or missing("wget", "apt-get install wget")
    # 8: the server answered some request with an error; the replica has dead links.
    done = subprocess.run(
        [
            program,
            "--quiet",
            f"--warc-file={folder / name}",
            "--no-warc-keep-log",
            f"--directory-prefix={folder / 'got'}",
            *arguments,
        ],
        check=False,
        timeout=300,
    )
    assert done.returncode in (0, 8)
    return folder / f"{name}.warc.gz"


def captured_posts(file: Path, origin: str) -> set[str]:
    """The posts that were captured, by their addresses on the site."""
    found = [item for item in scan(file) if isinstance(item, ScannedCapture) and item.status == 200]
    urls = (item.url.replace(origin, f"https://{SITE_HOST}") for item in found)
    return {facts.canonical(url) for url in urls if facts.kind(url) == "post"}


@pytest.mark.parametrize("with_answers", [True, False])
def test_every_post_that_wget_met_is_rebuilt(
    crawled: Path, tmp_path: Path, replica: ReplicaServer, *, with_answers: bool
) -> None:
    site = replica.origins[f"https://{SITE_HOST}"]
    right = {entry["url"]: entry for entry in index(crawled / "finews")}
    # wget alone does not find the posts that no listing links to.
    (tmp_path / "seeds.txt").write_text("\n".join(url.replace(f"https://{SITE_HOST}", site) for url in right))
    files = [wget(tmp_path, "site", "--recursive", "--level=inf", f"--input-file={tmp_path / 'seeds.txt'}", f"{site}/")]
    if with_answers:
        asked = [capture["url"] for entry in right.values() for capture in entry["captures"][1:]]
        for origin, address in replica.origins.items():
            asked = [url.replace(origin, address) for url in asked]
        (tmp_path / "asked.txt").write_text("\n".join(asked))
        files.append(wget(tmp_path, "answers", f"--input-file={tmp_path / 'asked.txt'}"))
    settings = {"ORIGINS": json.dumps(replica.origins)}
    done = run("rebuild", "finews", "--from", *map(str, files), "--output", str(tmp_path / "again"), settings=settings)
    assert done.returncode == 0, done.stdout + done.stderr

    held = captured_posts(files[0], site)
    broken = {line.split(": ")[1] for line in done.stdout.splitlines() if "garbled" in line}
    made = {entry["url"]: entry for entry in index(tmp_path / "again")}
    assert set(made) == held - broken
    assert set(made) == set(right)
    new, old = tree(tmp_path / "again"), tree(crawled / "finews")
    for url, entry in made.items():
        assert entry["path"] == right[url]["path"]
        if with_answers:
            assert new[entry["path"]] == old[entry["path"]]
            assert entry["body_from"] == right[url]["body_from"]
        else:
            assert entry["body_from"] == "page"
            assert new[entry["path"]].split(b"---\n")[1] == old[entry["path"]].split(b"---\n")[1]

"""A layout that a site had years ago is learned of captures of then, whichever were imported first; a parked host's is not."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest

from tests.replica.crawl import run
from tests.spiders.stranger import Stranger
from tests.upkeep.test_import_strangers import URL, built, index, sound, take

if TYPE_CHECKING:
    from pathlib import Path

_CONTENT, _END = b'<div class="post-content">', b"\n</div></article>"


@pytest.mark.parametrize("is_parked", [False, True])
def test_layouts_of_earlier_captures_are_learned(tmp_path: Path, *, is_parked: bool) -> None:
    with Stranger() as site:
        new, old = built(tmp_path / "new", site), tmp_path / "old"
        shutil.copytree(new, old)
        paths = [site.path(number).strip("/") for number in range(8)]
    shutil.rmtree(new / paths[2])  # a post that is gone; all the others have another layout by now
    for number, path in enumerate(paths):
        page = old / path / "index.html"
        text = (
            page.read_bytes().replace(_CONTENT, b'<section id="words"><div>').replace(_END, b"\n</div></section></article><hr>")
        )
        if is_parked:  # whoever had the host before
            start, end = text.index(b"<div>") + 5, text.index(b"\n</div></section>")
            text = text[:start] + f"<p>Buy this fine domain today, offer {number}.</p>".encode() + text[end:]
        page.write_bytes(text)
    for file in old.rglob("*.*"):
        os.utime(file, (1_400_000_000, 1_400_000_000))
    assert take(tmp_path, str(new), *URL).returncode == 0
    taken = take(tmp_path, str(old), *URL)
    assert (taken.returncode, f"no post: https://blog.example/{paths[2]}/" in taken.stderr) == (1, True), taken.stderr
    settings = {"ARCHIVE_ROOT": str(tmp_path)}
    assert run("learn", "shore", settings=settings).returncode == 0
    text = (tmp_path / "shore" / "site.toml").read_text("utf-8")
    assert text.count("[[layouts]]") == (1 if is_parked else 2)
    assert ("captures until 2014-05-13" in text) != is_parked
    assert run("rebuild", "shore", settings=settings).returncode == int(is_parked)
    assert (f"https://blog.example/{paths[2]}/" in index(tmp_path / "shore")) != is_parked
    if not is_parked:
        sound(tmp_path)

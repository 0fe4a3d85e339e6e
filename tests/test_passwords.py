"""Addresses that a person gives may have a password in them: no message shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.replica.crawl import run

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("words", "settings"),
    [
        (("crawl", "finews"), {"CLUSTER": "redis://me:hushhush@127.0.0.1:1/0", "WORKER": "a"}),
        (("crawl", "finews"), {"CLUSTER": "nothing://me:hushhush@127.0.0.1:1/0", "WORKER": "a"}),
        (("import", "http://me:hushhush@127.0.0.1:1/a.warc.gz", "--name", "blog", "--url", "https://blog.example/"), {}),
        (("rebuild", "finews", "--from", "nothing://me:hushhush@127.0.0.1:1/a.warc.gz", "--output", "new"), {}),
    ],
)
def test_no_message_shows_a_password(tmp_path: Path, words: tuple[str, ...], settings: dict[str, str]) -> None:
    done = run(*words, settings={"ARCHIVE_ROOT": str(tmp_path)} | settings)
    assert done.returncode in {1, 2}, done.stderr
    assert "127.0.0.1" in done.stderr
    assert "hushhush" not in done.stdout + done.stderr

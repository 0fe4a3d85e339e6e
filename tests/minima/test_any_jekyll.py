"""docs/any-jekyll.md, followed to the letter: its commands are typed against the built blog, which nobody has described."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from tests.minima.server import MinimaServer
from tests.minima.test_add_a_site import clone, typed
from tests.replica.crawl import PROJECT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

DOCUMENT = (PROJECT / "docs" / "any-jekyll.md").read_text("utf-8")


def test_the_document_followed_to_the_letter(minima: Callable[..., Path], tmp_path: Path) -> None:
    folder, said = clone(tmp_path / "project"), dict[str, str]()
    with MinimaServer(minima()) as server:
        for text in re.findall(r"^```sh\n(.*?)^```$", DOCUMENT, re.MULTILINE | re.DOTALL):
            for command in text.splitlines():
                done = typed(command, folder, server.origins)
                assert done.returncode == 0, command + done.stdout + done.stderr
                said[command.removeprefix(".venv/bin/scrapy ")] = done.stdout
        for _ in range(2):  # the first run after a rebuild is a sweep
            server.log.clear()
            assert typed(".venv/bin/scrapy crawl blog", folder, server.origins).returncode == 0
        assert [one.path for one in server.log][4:] == []
        assert {one.status for one in server.log} == {304}
    index = [json.loads(line) for line in (folder / "output/blog/index.jsonl").read_text("utf-8").splitlines()]
    assert len(index) == 15
    post = (folder / "output/blog/_posts/2024/05/11/2024-05-11-market-day.md").read_text("utf-8")
    assert post.endswith("---\n\nAsparagus, and the first strawberries. Two stalls only.\n")
    assert 'permalink = "date"' in said["learn blog"]
    assert "everything holds" in said["verify blog --render"]
    assert "What came back" in (folder / "output/blog/report.html").read_text("utf-8")
    config = next((folder / "output").rglob("_config.yml")).read_text("utf-8")
    assert "url: https://blog.example" in config

"""An archive of a site that was crawled as a stranger's, and what a person does with it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.jekyll_sites.demo import BUILT, SITE
from tests.jekyll_sites.sites import serve
from tests.replica.crawl import run, settings_for

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path

#: Source posts that show other habits than the commonest: code that is indented, and tildes around code.
SAMPLE, TILDES = "2020-06-01-a-parser-in-an-evening", "2021-07-30-json-by-hand"
#: Posts that are no samples: with code whose language is known, and with code of none.
OTHER, HOUR = "2020-02-11-off-by-one", "2020-03-29-the-missing-hour"


@dataclass(frozen=True, slots=True)
class Learned:
    """An archive of a site that was crawled as a stranger's; a test may change it."""

    root: Path

    @property
    def archive(self) -> Path:
        return self.root / SITE.name

    @property
    def toml(self) -> Path:
        return self.archive / "site.toml"

    @property
    def index(self) -> dict[str, dict[str, Any]]:
        entries = map(json.loads, (self.archive / "index.jsonl").read_text("utf-8").splitlines())
        return {entry["id"]: entry for entry in entries}

    def text(self, post: str) -> str:
        return (self.archive / self.index[post]["path"]).read_text("utf-8")

    def edit(self, old: str, new: str) -> str:
        text = self.toml.read_text("utf-8")
        assert text.count(old) == 1
        self.toml.write_text(text.replace(old, new), "utf-8")
        return text.replace(old, new)

    def run(self, command: str, *arguments: str, code: int = 0, site: str = SITE.name) -> subprocess.CompletedProcess[str]:
        done = run(command, *filter(None, [site]), *arguments, settings={"ARCHIVE_ROOT": str(self.root)})
        assert done.returncode == code, done.stdout + done.stderr
        return done

    def refused(self, *arguments: str, site: str = SITE.name) -> str:
        done = self.run("learn", *arguments, code=2, site=site)
        assert (done.stdout, done.stderr.count("\n")) == ("", 1), done.stdout + done.stderr
        return done.stderr


def crawl(root: Path) -> subprocess.CompletedProcess[str]:
    with serve(SITE, BUILT) as server:
        given = ("-a", f"url={SITE.home}", "-a", f"name={SITE.name}")
        return run("crawl", "jekyll", *given, settings=settings_for(server.origins, root))

"""The blog as a declared site: its class and sample as a person writes them, and commands run with them."""

from __future__ import annotations

import importlib
import json
from typing import TYPE_CHECKING, Any

from tests.minima.build import SITE
from tests.replica.crawl import run_armed, settings_for

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path

    from tests.minima.server import MinimaServer

NAME = "shore"
#: The post of which the person still has the source.
SAMPLE = "2024-02-14-cheese-and-chutney.md"
OWN = {"zone": "Europe/Berlin", "own_permalinks": ("notes/own-address/",)}
CLASS = '''"""Shore Lines: notes from the edge of the North Sea."""

from crawler.sites.site import Site


class Shore(Site):
    """A stock minima blog."""

'''
#: What is done with an archive where its site is not asked.
OFFLINE = ("rebuild --diff --jobs 1", "verify --jobs 1", "verify --render --jobs 1")


def declare(folder: Path, source: str, name: str = NAME, sample: str | None = None) -> Path:
    """Write a site's package below ``folder``; gives its module."""
    module = folder / name / "__init__.py"
    module.parent.mkdir(parents=True, exist_ok=True)
    module.write_text(source, "utf-8")
    if sample is not None:
        (module.parent / "sample.md").write_text(sample, "utf-8")
    return module


def add(folder: str) -> None:
    """Have the sites in a folder declared in this process, as if they stood in ``crawler/sites``."""
    import crawler.sites
    import crawler.spiders.declared

    crawler.sites.__path__.append(folder)
    importlib.invalidate_caches()
    importlib.reload(crawler.spiders.declared)


class Blog:
    """The declared blog and its archive below a folder. ``attributes``: of the class, besides those of every stock blog."""

    def __init__(self, folder: Path, server: MinimaServer, **attributes: Any) -> None:
        self.root = folder / "output"
        self.archive = self.root / NAME
        self.sites = folder / "sites"
        self.server = server
        said = {"name": NAME, "home": server.home} | OWN | attributes
        lines = [
            f"    {name} = {json.dumps(value) if isinstance(value, str) else repr(value)}\n" for name, value in said.items()
        ]
        declare(self.sites, CLASS + "".join(lines), sample=(SITE / "_posts" / SAMPLE).read_text("utf-8"))

    def run(self, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
        """``scrapy`` with these arguments."""
        arm = ("tests.minima.declared:add", str(self.sites))
        return run_armed(arm, *arguments, settings=settings_for(self.server.origins, self.root, **settings))

    def crawl(self, *arguments: str, code: int = 0, **settings: str) -> dict[str, Any]:
        """Crawl the blog; gives the run report. The server's log is that of this run."""
        self.server.log.clear()
        done = self.run("crawl", NAME, *arguments, **settings)
        assert done.returncode == code, done.stdout + done.stderr
        return json.loads(max((self.archive / "runs").glob("*.json")).read_bytes())

    @property
    def index(self) -> dict[str, dict[str, Any]]:
        """The index lines by ID."""
        lines = map(json.loads, (self.archive / "index.jsonl").read_text("utf-8").splitlines())
        return {line["id"]: line for line in lines}

    def source(self, post_id: str) -> str:
        """The source post of an ID."""
        return (self.archive / self.index[post_id]["path"]).read_text("utf-8")

    @property
    def asked(self) -> list[str]:
        """The paths that the last run asked for, with the status of each answer."""
        return [f"{one.path} {one.status}" for one in self.server.log]


def check_offline(blog: Blog) -> None:
    """What was crawled is what is rebuilt, everything agrees, and Jekyll makes the same pages of it."""
    for command in OFFLINE:
        verb, *options = command.split()
        done = blog.run(verb, NAME, *options)
        assert done.returncode == 0, done.stdout + done.stderr

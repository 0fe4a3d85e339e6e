"""The second half of ``make demo``: a small blog that nobody has described, crawled as a stranger's and held against its sources."""

from __future__ import annotations

import json
import subprocess
from collections import Counter
from pathlib import Path

from benchmarks.untold import untold
from crawler.markup.source.body import without_front_matter
from tests.jekyll_sites.sites import SITES, serve
from tests.replica.crawl import PROJECT, scrapy, settings_for

#: A committed copy of what Jekyll builds of the sources.
BUILT = Path(__file__).parent / "built" / "workbench"
SITE = next(site for site in SITES if site.name == "workbench")
_WORDS = {
    "same": "byte for byte the body that the site was built from",
    "spelt": "the same but for spelling that no page tells (bullets, blanks, quotes)",
    "markdown": "other Markdown, of which Jekyll makes the same page",
    "html": "HTML, which Jekyll takes as it is (Markdown needs Jekyll to prove it)",
}


def demo_of_a_stranger(root: Path) -> int:
    """Run it; 0 if every post came back, and none too many."""
    print("\nCrawling a small blog that nobody has described, as a stranger's ...", flush=True)
    with serve(SITE, BUILT) as server:
        settings = settings_for(server.origins, root, LOG_LEVEL="ERROR")
        words = scrapy("crawl", "jekyll", "-a", f"url={SITE.home}", "-a", "name=workbench", settings=settings)
        code = subprocess.run(words, cwd=PROJECT, check=False).returncode
    if code:
        print(f"the crawl ended with exit code {code}")
        return code
    archive = PROJECT / root / "workbench"
    entries = [json.loads(line) for line in (archive / "index.jsonl").read_text("utf-8").splitlines()]
    found = Counter(how_it_came_back(archive / entry["path"]) for entry in entries)
    print(f"\n{len(entries)} posts found of {len(sources())}; their bodies, held against the sources:\n")
    for name, meaning in _WORDS.items():
        if found[name]:
            print(f"  {found[name]:3}  {meaning}")
    print(f"\nWhat was learned, with the evidence for it: {(root / 'workbench' / 'site.toml')}")
    return 0 if {Path(entry["path"]).stem for entry in entries} == sources().keys() else 1


def sources() -> dict[str, Path]:
    """The site's source posts by their names without extension."""
    return {path.stem: path for path in (SITE.sources / "_posts").rglob("*.*") if not path.name.startswith(".")}


def how_it_came_back(path: Path) -> str:
    """A key of the table, for a source post that was given back."""
    truth = sources().get(path.stem)
    if path.suffix == ".html":
        return "html"
    body, true = (without_front_matter(one.read_text("utf-8")) for one in (path, truth or path))
    return "same" if body == true else "spelt" if untold(body) == untold(true) else "markdown"

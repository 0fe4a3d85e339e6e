"""``make demo``: serves the bundled sites, crawls them, checks every post against its source, shows what came out."""

from __future__ import annotations

import json
import shlex
import shutil
import subprocess
from pathlib import Path

from tests.jekyll_sites.demo import demo_of_a_stranger
from tests.replica.build import BUILT
from tests.replica.crawl import PROJECT, scrapy, settings_for
from tests.replica.server import ReplicaServer
from tests.replica.truth import Comparison, compare

ROOT = Path("output/demo")


def demo() -> int:
    """Run it; 0 if every published post came back as well as it can."""
    shutil.rmtree(PROJECT / ROOT, ignore_errors=True)
    with ReplicaServer(BUILT) as server:
        print("Crawling a small copy of finews, served on this machine ...", flush=True)
        command = scrapy("crawl", "finews", settings=settings_for(server.origins, ROOT, LOG_LEVEL="WARNING"))
        code = subprocess.run(command, cwd=PROJECT, check=False).returncode
        requests = len(server.log)
    archive = PROJECT / ROOT / "finews"
    if code:
        print(f"the crawl ended with exit code {code}")
        return code
    result = compare(BUILT, archive)
    _show(result, archive, requests)
    stranger = demo_of_a_stranger(ROOT)
    _tell_more(archive)
    return 0 if result.good and not stranger else 1


def _show(result: Comparison, archive: Path, requests: int) -> None:
    posts = sum(result.fidelity.values())
    report = json.loads(max((archive / "runs").glob("*.json")).read_text("utf-8"))
    captures = report["requests"]["total"]
    print(f"\n{requests} requests, {captures} captures, {posts} posts given back. Held against their sources:\n")
    rows = [
        ("byte for byte what the site was built from", len(result.same)),
        ("the same but for the date's zone, which no page shows", len(result.zone)),
        ("rebuilt from the page (share gone or edited); Jekyll makes the same of it", len(result.rendered)),
        ("published under another title than the source's author typed (its YAML)", len(result.garbled)),
        ("published without layout, or not at all: broken front matter", len(result.unpublished)),
        ("WRONG", len(result.wrong)),
        ("MISSING", len(result.missing)),
        ("STRAY", len(result.stray)),
    ]
    for what, number in rows:
        if number:
            print(f"  {number:3}  {what}")
    for name in result.wrong + result.missing + result.stray:
        print(f"       {name}")
    print(
        "\nFidelity, as the index says it: " + ", ".join(f"{number} {name}" for name, number in result.fidelity.most_common())
    )
    print("\nEditions of the site's post format found:\n")
    for name, number in sorted(result.editions.items()):
        print(f"  {number:3}  {name}")


def _tell_more(archive: Path) -> None:
    url = json.loads((archive / "index.jsonl").read_text("utf-8").splitlines()[0])["url"]
    place = archive.relative_to(PROJECT)
    print(f"""
Where it all is:
  {place}/_posts/       the source posts; Jekyll can build them
  {place}/index.jsonl   one line a post
  {place}/captures/     every answer of the site, as WARC
  {place}/runs/         what the run did

What to try next:
{tips(url, place)}""")


def tips(url: str, place: Path) -> str:
    """What to type, a line each, in the archive of a site that has the page ``url``."""
    return f"""\
  head -1 {place}/index.jsonl
  .venv/bin/scrapy shell -s ARCHIVE_ROOT={ROOT} {shlex.quote(url)} -c 'source(post)'
  .venv/bin/scrapy verify finews -s ARCHIVE_ROOT={ROOT}
  .venv/bin/scrapy status finews -s ARCHIVE_ROOT={ROOT}
  make crawl              archives the live site into output/finews/"""

"""With the real Jekyll: the committed copy is fresh, and every rebuilt post renders the very same page."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from crawler.items import Exchange, Rejection
from crawler.sites.finews import facts
from crawler.sites.finews.page import parse_page
from tests.archives import index
from tests.made import make_post
from tests.replica.__main__ import differences
from tests.replica.build import BUILT, BUILT_SEED, BUILT_SIZE, build, run_jekyll, write_site
from tests.replica.crawl import crawl
from tests.replica.server import ReplicaServer
from tests.replica.truth import compare

pytestmark = pytest.mark.usefixtures("jekyll")


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A replica of 1,000 posts from another seed."""
    folder = tmp_path_factory.mktemp("large") / "replica"
    build(folder, seed=20_260_301, size=1000)
    return folder


def rendered_differently(replica: Path, *, with_answers: bool) -> list[str]:
    """Rebuild every post of a replica, have Jekyll build them, and name the pages that are not the very same."""
    from w3lib.url import safe_url_string

    answers = {answer["id"]: answer["fields"] for answer in json.loads((replica / "answers.json").read_text("utf-8"))}
    sources, pages = {}, {}
    for path in (replica / "site").rglob("*.html"):
        url = safe_url_string(f"https://{facts.HOST}/{path.relative_to(replica / 'site')}")
        if facts.kind(url) != "post":
            continue
        page = Exchange(url, 200, path.read_bytes())
        parsed = parse_page(page)
        if isinstance(parsed, Rejection):
            assert parsed.code == "garbled"
            continue
        fields = answers.get(facts.share_id(parsed.share[0])) if parsed.share and with_answers else None
        post = make_post(page, Exchange("", 200, json.dumps(fields).encode()) if fields else None)
        sources[post.filename] = post.content
        pages[path.relative_to(replica / "site")] = page.body
    with tempfile.TemporaryDirectory() as folder:
        write_site(Path(folder) / "source", sources, set())
        run_jekyll(Path(folder) / "source", Path(folder) / "site")
        assert len(pages) > 70
        built = Path(folder) / "site"
        return [str(name) for name, body in pages.items() if not (built / name).exists() or (built / name).read_bytes() != body]


def test_the_committed_copy_is_fresh(tmp_path: Path) -> None:
    build(tmp_path / "built", BUILT_SEED, BUILT_SIZE)
    assert differences(BUILT, tmp_path / "built") == []


@pytest.mark.parametrize("with_answers", [True, False], ids=["shares", "pages alone"])
def test_the_bundled_replica_renders_the_same(with_answers: bool) -> None:
    assert rendered_differently(BUILT, with_answers=with_answers) == []


@pytest.mark.parametrize("with_answers", [True, False], ids=["shares", "pages alone"])
def test_a_thousand_posts_of_another_seed_render_the_same(large: Path, with_answers: bool) -> None:
    assert rendered_differently(large, with_answers=with_answers) == []


def test_a_thousand_posts_of_another_seed_are_crawled_whole(large: Path, tmp_path: Path) -> None:
    with ReplicaServer(large) as server:
        done = crawl(server.origins, tmp_path)
        asked = [entry.path for entry in server.log]
    assert done.returncode == 0, done.stderr
    result = compare(large, tmp_path / "finews")
    assert (result.wrong, result.missing, result.stray) == ([], [], [])
    ids = [entry["id"] for entry in index(tmp_path / "finews")]
    assert len(ids) == len(set(ids)) > 960
    posts = [path for path in asked if "/2022/" in path]
    assert len(posts) == len(set(posts))
    captures = sorted((tmp_path / "finews" / "captures").iterdir())
    checked = subprocess.run(
        [sys.executable, "-m", "warcio.cli", "check", *captures], capture_output=True, text=True, check=False
    )
    assert (checked.returncode, checked.stdout) == (0, "")

"""The living site is no invention of ours: at any moment it is what Jekyll builds of the posts that are up."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.replica.build import run_jekyll, write_site
from tests.replica.server import SITE_HOST
from tests.simulation.living import LivingServer
from tests.simulation.plan import BEGIN, build_world, plan

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.usefixtures("jekyll")
def test_listings_and_posts_are_jekylls_own(tmp_path: Path) -> None:
    world = plan(seed=3, days=5, posts_a_day=60)
    build_world(tmp_path, world)
    with LivingServer(tmp_path, world) as server:
        server.now = BEGIN + timedelta(days=4, hours=5)
        up = [life for life in world.lives if server.is_up(life)]
        versions = {"first": world.first.posts, "second": world.second}
        posts = {life.name: versions[server.version(life)][life.name] for life in up}
        assert 100 < len(posts) < len(world.lives)
        write_site(tmp_path / "source", posts, {"emnews", *(medium.pinyin for medium in world.first.media)})
        with (tmp_path / "source/_config.yml").open("a", encoding="utf-8") as config:
            config.write("future: true\n")
        run_jekyll(tmp_path / "source", tmp_path / "jekyll")
        compared = 0
        for file in sorted((tmp_path / "jekyll").rglob("*.html")):
            path = "/" + str(file.relative_to(tmp_path / "jekyll")).removesuffix("index.html")
            if file.name != "404.html":
                assert server.reply(SITE_HOST, path).body == file.read_bytes(), path
                compared += 1
        assert compared > len(posts)

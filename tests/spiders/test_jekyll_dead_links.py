"""Links to posts that are no more: Jekyll ends at a ``post_url`` that names no post, so that their author cannot have written one."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from tests.spiders.stranger import Crawled


def test_a_link_to_a_post_that_is_no_more_stays_an_address(shore: Crawled, tmp_path: Path) -> None:
    site = shore.site
    site.posts[0] = f'<p>See <a href="{site.path(1)}">one</a>.</p>'
    site.posts[2] = f'<p>As <a href="{site.path(1)}#a">one</a> and <a href="/2023/05/06/lost/">another</a> said.</p>'
    site.build()
    sample = tmp_path / f"{site.day(0).replace('/', '-')}-{site.path(0).split('/')[-2]}.md"
    named = f"{site.day(1).replace('/', '-')}-{site.path(1).split('/')[-2]}"
    sample.write_text(f"---\ntitle: {site.title(0)}\n---\n\nSee [one]({{% post_url {named} %}}).\n", "utf-8")
    shore.crawl("-a", f"samples={sample}")
    source = (shore.archive / shore.index[site.path(2)]["path"]).read_text("utf-8")
    assert f"As [one]({{% post_url {named} %}}#a) and [another](/2023/05/06/lost/) said." in source
    verified = shore.run("verify", shore.name, "--render")
    assert verified.returncode == 0, verified.stdout

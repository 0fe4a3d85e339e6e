"""Lists for a stranger's site's own search: posts that only they lead to, and what they tell of posts."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from crawler.items import UNTOLD

if TYPE_CHECKING:
    from tests.spiders.stranger import Crawled

HTML = {"Content-Type": "text/html"}


@pytest.mark.parametrize("named", ["script file", "script", "attribute", "list of a script"])
def test_posts_that_only_the_sites_own_search_lists_are_found(shore: Crawled, named: str) -> None:
    site = shore.site
    site.has_sitemap, site.feed_size = False, 3
    site.listed = {number: number > 6 for number in site.posts}
    site.pages.clear()
    site.build()
    site.put("/about/", site.page("About", '<p>Us, in <code>"text.json"</code>.</p>'))
    entries = ",\n".join(f'{{ "title": "a\tb", "url" : "{site.path(number)}" }}' for number in site.posts)
    site.put("/data/search.json", f"[\n{entries},\n]", "application/json")  # no strict JSON, as many templates make it
    told = {
        "script file": '<script src="/find.js"></script>',
        "script": "<script>find({ json: '/data/search.json?v=1', other: \"/gone.json\" })</script>",
        "list of a script": '<script src="/store.js"></script>',
        "attribute": '<div id="find" data-index="/data/search.json"></div>',
    }[named]
    site.put("/find.js", 'find({json:"data/search.json"})', "text/javascript")
    site.put("/store.js", f"var store = [{entries}]", "text/javascript")
    site.put("/", site.page("Home", f'<a href="{site.path(7)}">{site.title(7)}</a>{told}'))
    report = shore.crawl()
    assert set(shore.index) == {site.path(number) for number in site.posts}
    assert report["losses"] == 0
    assert "/text.json 404" not in shore.asked
    shore.crawl()
    assert len(shore.asked) <= 4
    site.posts[11] = "<p>Quite <em>new</em>, and listed by the search alone.</p>"
    site.listed[11] = False
    site.put(site.path(11), site.post_page(11))
    entries += f',{{"url": "{site.path(11)}"}}'
    site.put("/data/search.json", f"[{entries}]", "application/json")
    site.put("/store.js", f"var store = [{entries}]", "text/javascript")
    assert shore.crawl("-a", "sweep=1")["posts"]["new"] == 1


@pytest.mark.parametrize("first", ["list", "posts"])
def test_what_the_sites_own_search_tells_anew_is_in_the_posts_as_a_rebuild_makes_them(shore: Crawled, first: str) -> None:
    """Whichever a run asked for first: the list, or the pages of posts."""
    site = shore.site

    def put_list(tags: str) -> None:
        told = ({"url": site.path(number), "tags": f"{tags}, {number}", "date": site.time(number)} for number in site.posts)
        site.put("/search.json", json.dumps(list(told)), "application/json")

    put_list("wet")
    named = '<script src="/find.js"></script>' if first == "posts" else '<p data-list="/search.json"></p>'
    site.put("/find.js", 'find({json:"/search.json"})', "text/javascript")
    site.put("/about/", site.page("About", named))
    shore.crawl()
    assert {(*entry["tags"],) for entry in shore.index.values()} == {("wet", str(number)) for number in site.posts}
    put_list("dry")
    site.posts[11] = "<p>Quite <em>new</em>.</p>"
    site.build()
    site.put("/about/", site.page("About", named))
    shore.crawl()
    assert (shore.index[site.path(11)]["tags"], UNTOLD in shore.index[site.path(11)]["assumed"]) == ([], True)
    put_list("dry")
    shore.crawl("-a", "sweep=1")
    assert {(*entry["tags"],) for entry in shore.index.values()} == {("dry", str(number)) for number in site.posts}
    rebuilt = shore.run("rebuild", shore.name, "--diff")
    assert rebuilt.returncode == 0, rebuilt.stdout
    assert shore.run("verify", shore.name).returncode == 0
    shore.crawl()
    assert len(shore.asked) <= 4

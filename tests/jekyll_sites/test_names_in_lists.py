"""Categories and tags that no page of a post shows come back of the lists that the site has of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.jekyll_sites.small import ABOUT, INDEX, LAYOUT, given_back, post, text_of
from tests.replica.crawl import run

if TYPE_CHECKING:
    from pathlib import Path

    from tests.jekyll_sites.small import Back

#: The posts' categories and tags, by number; some have none.
NAMES: list[tuple[list[str], list[str]]] = [
    (["North Sea"], ["salt"]),
    (["Land"], ["salt", "C++"]),
    (["Land", "North Sea"], []),
    ([], ["Web 2.0"]),
    (["North Sea"], ["C++", "Web 2.0", "salt"]),
    (["Land"], ["salt"]),
    (["North Sea"], ["salt"]),
]
_BEGIN = '---\ntitle: {title}\n---\n<!DOCTYPE html><html><head><title>{title} | Small</title></head><body><nav><a href="/">Small</a> <a href="/about/">About</a></nav>\n<h1>{head}</h1>\n'
_POST = '<li><a href="{{ post.url }}">{{ post.title }}</a></li>'
_END = "</body></html>\n"
#: The newest posts, beside each page.
_NEWEST = '<aside><h4>Newest</h4>{% for post in site.posts limit: 3 %}<a href="{{ post.url }}">{{ post.title }}</a>{% endfor %}</aside>'
_PARTS = (
    '{%% for one in site.%s %%}<h2 id="{{ one[0] | slugify }}">{{ one[0] }} ({{ one[1].size }})</h2><ul>{%% for post in one[1] %%}'
    + _POST
    + "{%% endfor %%}</ul>{%% endfor %%}"
)


def _list(kind: str, name: str, head: str, slug: str, *, size: int = 99) -> dict[str, str]:
    """The pages of one list, of so many posts each."""
    pages = {}
    for number in range(3 if size < 99 else 1):
        path = f"{slug}index.html" if not number else f"{slug}page{number + 1}/index.html"
        shown = f"{{% for post in site.{kind}['{name}'] limit: {size} offset: {number * size} %}}{_POST}{{% endfor %}}"
        pages[path] = _BEGIN.format(title=f'"{head}"', head=head) + f"<ul>{shown}</ul>{_NEWEST}{_END}"
    return pages


SITES: dict[str, dict[str, str]] = {
    "a page each, in pages of two": {
        "all.html": '---\npermalink: /all/\n---\n<html><body><a href="/categories/north-sea/">a</a><a href="/categories/north-sea/page2/">b</a><a href="/categories/north-sea/page3/">c</a>'
        '<a href="/categories/land/">d</a><a href="/tag/salt/">e</a><a href="/tag/c++/">f</a><a href="/tag/web-2-0/">g</a></body></html>',
        **_list("categories", "North Sea", "North Sea", "categories/north-sea/", size=2),
        **_list("categories", "Land", "Category: Land", "categories/land/"),
        **_list("tags", "salt", "Posts tagged “salt”", "tag/salt/"),
        **_list("tags", "C++", "C++", "tag/c++/"),
        **_list("tags", "Web 2.0", "Web 2.0", "tag/web-2-0/"),
    },
    "parts of one page": {
        "categories.html": _BEGIN.format(title="Categories", head="Categories") + _PARTS % "categories" + _NEWEST + _END,
        "tags/index.html": _BEGIN.format(title="Tags", head="Tags") + _PARTS % "tags" + _NEWEST + _END,
    },
    "parts with links to them": {
        "categories.html": _BEGIN.format(title="Categories", head="Categories")
        + '{% for one in site.categories %}<a href="#{{ one[0] | slugify }}">{{ one[0] }}</a>{% endfor %}'
        + (_PARTS % "categories").replace('<h2 id="{{ one[0] | slugify }}">{{ one[0] }} ({{ one[1].size }})</h2><ul>', '<ul id="{{ one[0] | slugify }}">')
        + _END,
        "tags/index.html": _BEGIN.format(title="Tags", head="Tags") + _PARTS % "tags" + _END,
    },
}  # fmt: skip


def _files(lists: dict[str, str]) -> dict[str, str]:
    files = {
        f"_posts/2023-0{number + 1}-11-post-{number}.md": post(
            f"Post {number}", text_of(number), categories=f"{categories}", tags=f"{tags}"
        )
        for number, (categories, tags) in enumerate(NAMES)
    }
    links = "".join(f'<a href="/{path}">more</a>' for path in ("categories/", "all/", "tags/"))
    beside = {"_layouts/post.html": LAYOUT.replace('<p class="foot">', f'{_NEWEST}<p class="foot">'), "about.html": ABOUT}
    return files | beside | {"index.html": INDEX.replace("</ul>", f"</ul>{links}")} | lists


@pytest.fixture(scope="module", params=SITES)
def back(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Back:
    return given_back(tmp_path_factory.mktemp("site"), _files(SITES[request.param]), "permalink: /:year/:month/:title/\n")


def test_names_are_those_of_the_sources(back: Back) -> None:
    assert len(back.index) == len(NAMES), back.said
    for number, (categories, tags) in enumerate(NAMES):
        entry = _entry(back, number)
        assert (sorted(entry["categories"]), sorted(entry["tags"])) == (sorted(categories), sorted(tags))


def test_it_is_said_that_lists_tell_them(back: Back) -> None:
    for number, (categories, tags) in enumerate(NAMES):
        assumed = _entry(back, number)["assumed"]
        assert ("categories.lists" in assumed, "categories" in assumed) == (bool(categories), not categories)
        assert ("tags.lists" in assumed, "tags" in assumed) == (bool(tags), not tags)
    done = run("explain", "small", "2023-05-11-post-4", settings={"ARCHIVE_ROOT": str(back.folder.parent)})
    assert "the site's own lists" in done.stdout


def test_addresses_stay_what_they_are(back: Back) -> None:
    root = back.folder.parent
    done = run("verify", "small", "--render", settings={"ARCHIVE_ROOT": str(root)})
    assert done.returncode == 0, done.stdout + done.stderr


def _entry(back: Back, number: int) -> dict[str, Any]:
    return back.index[f"/2023/0{number + 1}/post-{number}/"]


def test_a_feed_tells_how_names_are_written(tmp_path: Path) -> None:
    """The newest posts are in the feed: lists have others as the feed has these, by address or heading, whichever agrees."""
    files = _files({})
    for slug, name in (("north-sea", "North Sea"), ("land", "Land")):
        files |= _list("categories", slug, name, f"categories/{slug}/")
    files = {path: text.replace("North Sea'", "north-sea'").replace("'Land'", "'land'") if path.startswith("_posts") else text for path, text in files.items()}  # fmt: skip
    files["index.html"] = INDEX.replace("</ul>", '</ul><a href="/categories/north-sea/">a</a><a href="/categories/land/">b</a>')
    back = given_back(tmp_path, files, "permalink: /:year/:month/:title/\nplugins: [jekyll-feed]\nfeed: {posts_limit: 2}\n")
    for number, (categories, _) in enumerate(NAMES):
        told = [name.lower().replace(" ", "-") for name in categories]
        assert sorted(_entry(back, number)["categories"]) == sorted(told)


def test_lists_by_parts_of_names_add_none_of_them(tmp_path: Path) -> None:
    tags = [
        ["github"],
        ["git", "bash"],
        ["development"],
        ["webmaster", "bash"],
        ["dev", "web"],
        ["github", "web"],
        ["salt"],
        ["sea"],
    ]
    every = sorted({name for several in tags for name in several})
    lists = {
        f"tag/{name}/index.html": _BEGIN.format(title=name, head=name.title())
        + "<ul>{% for post in site.posts %}{% assign all = post.tags | join: ' ' %}{% if all contains '"
        + name
        + f"' %}}{_POST}{{% endif %}}{{% endfor %}}</ul>{_END}"
        for name in every
    }
    layout = LAYOUT.replace(
        '<p class="foot">',
        '{% for tag in page.tags %}<a class="tag" href="/tag/{{ tag }}/">{{ tag }}</a> {% endfor %}<p class="foot">',
    )
    posts = {
        f"_posts/2023-0{number + 1}-11-post-{number}.md": post(
            f"Title {number}", text_of(number), tags=f"[{', '.join(several)}]"
        )
        for number, several in enumerate(tags)
    }
    back = given_back(tmp_path, {"_layouts/post.html": layout} | posts | lists)
    assert [back.index[path]["tags"] for path in sorted(back.index)] == tags

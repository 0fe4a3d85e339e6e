"""Posts to which all pages lead, in a box of the newest, are posts; what the menu has is none, even if it looks like them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.jekyll_sites.small import INDEX, LAYOUT, given_back, post, text_of

if TYPE_CHECKING:
    from pathlib import Path

_CONFIG = "permalink: /:categories/:title/\n"
_MENU = '<a href="/about/">About</a> <a href="/thanks/">Thanks</a></nav>'
_TIME = '<time datetime="{{ page.date | date_to_xmlschema }}">{{ page.date | date: "%F" }}</time>'
_SHOWN = '{% if page.date %}<time datetime="{{ page.date | date_to_xmlschema }}">{{ page.date | date: "%F" }}</time>{% endif %}'
_TEXT = '{% if page.date %}<p class="day">{{ page.date | date: "%-d %B %Y" }}</p>{% endif %}'
_BOX = '<aside class="newest">{% for post in site.posts limit: 3 %}<a href="{{ post.url }}">{{ post.title }}</a> {% endfor %}</aside>'
_TIMED = _BOX.replace("</a>", '</a> <time datetime="{{ post.date | date_to_xmlschema }}">{{ post.date | date: "%F" }}</time>')
_DAYS = INDEX.replace("<li>", '<li>{{ post.date | date: "%B %-d, %Y" }} ')


def _site(layout: str, index: str, box: str, count: int = 9) -> dict[str, str]:
    """A site whose about page, and one more that the menu has, have the layout of posts."""
    posts = {
        f"_posts/2019-0{number + 1}-12-post-{number}.md": post(f"Post {number}", text_of(number), categories="[Sea]")
        for number in range(count)
    }
    pages = {
        f"{name}.html": f"---\nlayout: post\ntitle: {name}\npermalink: /{name}/\n---\n{text_of(number)}\n"
        for number, name in enumerate(("about", "thanks"), 30)
    }
    boxed = {"_layouts/post.html": layout, "index.html": index}
    menu = '<a href="/about/">About</a></nav>'
    boxed = {name: text.replace(menu, _MENU).replace("</body>", f"{box}</body>") for name, text in boxed.items()}
    return {**boxed, **posts, **pages}


@pytest.mark.parametrize(
    ("layout", "index", "box"),
    [
        (LAYOUT.replace(_TIME, _SHOWN), INDEX, _BOX),
        (LAYOUT.replace(_TIME, _SHOWN), _DAYS, _TIMED),
        (LAYOUT.replace(_TIME, _TEXT), INDEX, _BOX),
    ],
    ids=["times", "times-in-the-box", "days-in-texts"],
)
def test_posts_that_all_pages_lead_to_are_posts(tmp_path: Path, layout: str, index: str, box: str) -> None:
    back = given_back(tmp_path, _site(layout, index, box), _CONFIG)
    assert sorted(back.index) == [f"/sea/post-{number}/" for number in range(9)]


def test_so_are_all_of_a_young_site(tmp_path: Path) -> None:
    back = given_back(tmp_path, _site(LAYOUT.replace(_TIME, _SHOWN), _DAYS, _BOX, 3), _CONFIG)
    assert sorted(back.index) == [f"/sea/post-{number}/" for number in range(3)]

"""Small sites as Jekyll would build them, written here: their posts, their pages, their feeds, and the truth of them."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field
from html import escape
from urllib.parse import quote

from crawler.items import CaptureRef, Exchange
from tests.learn.themes import LAYOUTS, PAGE

WORDS = [
    "harbour",
    "tide",
    "lantern",
    "market",
    "winter",
    "copper",
    "ferry",
    "letter",
    "garden",
    "engine",
    "signal",
    "window",
    "paper",
    "river",
    "bridge",
    "copy",
    "morning",
    "salt",
    "engine's",
    "storm",
    "keeper",
    "rope",
    "island",
    "compass",
    "anchor",
    "weather",
    "barrel",
    "shore",
    "gull",
    "mast",
]
CHINESE = "潮水灯塔市场冬天铜渡船信花园机器信号窗纸河桥早晨盐风暴守望者绳岛罗盘锚天气桶岸鸥桅"


@dataclass
class MadePost:
    day: str
    slug: str
    title: str
    content: str
    tags: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    author: str = ""
    time: str = ""
    layout: str = "post"
    path: str = ""


@dataclass
class MadeSite:
    home: str
    posts: list[MadePost]
    answers: list[Exchange] = field(default_factory=list)

    def url(self, path: str) -> str:
        return self.home + quote(path)

    @property
    def truth(self) -> dict[str, MadePost]:
        return {post.path: post for post in self.posts}


def content(seed: int, *, chinese: bool = False) -> str:
    """What kramdown would make of a post: paragraphs, headings, code, lists, quotes."""
    chance = random.Random(seed)
    letters = list(CHINESE) if chinese else WORDS
    joint = "" if chinese else " "

    def text(least: int, most: int) -> str:
        return joint.join(chance.choice(letters) for _ in range(chance.randint(least, most))).capitalize()

    blocks = []
    for _ in range(chance.randint(2, 9)):
        kind = chance.randrange(6)
        if kind == 0:
            head = text(2, 5)
            blocks.append(f'<h2 id="{escape(head.lower().replace(" ", "-"))}">{escape(head, quote=False)}</h2>')
        elif kind == 1:
            lines = "\n".join(f'<span class="n">{escape(text(1, 3))}</span>' for _ in range(chance.randint(1, 6)))
            blocks.append(
                f'<div class="language-ruby highlighter-rouge"><div class="highlight"><pre class="highlight"><code>{lines}\n</code></pre></div></div>'
            )
        elif kind == 2:
            items = "".join(f"\n  <li>{escape(text(2, 8), quote=False)}</li>" for _ in range(chance.randint(2, 5)))
            blocks.append(f"<ul>{items}\n</ul>")
        elif kind == 3:
            blocks.append(f"<blockquote>\n  <p>{escape(text(5, 20), quote=False)}</p>\n</blockquote>")
        else:
            blocks.append(
                f'<p>{escape(text(10, 60), quote=False)} <a href="https://other.example/{seed}">{text(1, 2)}</a>.</p>'
            )
    if not any(block.startswith("<p>") for block in blocks):
        blocks.append(f"<p>{escape(text(20, 60), quote=False)}</p>")
    return "\n\n".join(blocks)


def opened(opening: str, seed: int) -> str:
    """A content whose first paragraph is most of it, and begins as those of all posts do."""
    chance = random.Random(seed)
    text = " ".join(chance.choice(WORDS) for _ in range(chance.randint(20, 90)))
    return f"<p>{opening}{escape(text, quote=False)}.</p>" + (f"\n\n<p>End of {seed}.</p>" if seed % 2 else "")


def site(
    *,
    home: str = "https://blog.example/",
    count: int = 24,
    layouts: tuple[str, ...] = ("classed",),
    permalink: str = "{categories}{year}/{month}/{day}/{slug}/",
    feed: str = "whole",
    offset: str = "+00:00",
    chinese: bool = False,
    compressed: bool = False,
    head: str = "",
    categories: tuple[str, ...] = (),
    captured: str = "",
    opening: str = "",
) -> MadeSite:
    """A site of so many posts; ``opening``: with what all contents begin, in a paragraph; ``feed``: ``whole``, ``excerpt``, ``few`` (the newest five), or empty for none."""
    chance = random.Random(count)
    made = MadeSite(home, [])
    for number in range(count):
        year, month, day = 2018 + number // 6, 1 + number % 12, 1 + number % 27
        title = f"{chance.choice(WORDS).capitalize()} {chance.choice(WORDS)} {number} & more"
        slug = f"{chance.choice(list(CHINESE))}-{number}" if chinese else re.sub(r"[^a-z0-9]+", "-", title.lower())
        post = MadePost(
            f"{year}-{month:02}-{day:02}",
            slug,
            title,
            opened(opening, number) if opening else content(number, chinese=chinese),
            tags=tuple(sorted({chance.choice(WORDS[:8]) for _ in range(chance.randrange(4))})),
            categories=(chance.choice(categories),) if categories else (),
            layout=layouts[0 if chance.random() < 0.7 else -1],
        )
        post.time = f"{post.day}T10:{number % 60:02}:00{offset}"
        folder = "".join(f"{name}/" for name in post.categories)
        post.path = permalink.format(year=year, month=f"{month:02}", day=f"{day:02}", slug=slug, categories=folder)
        made.posts.append(post)
    base = "/" + home.split("/", 3)[3].rstrip("/") if home.count("/") > 3 else ""
    ref = CaptureRef("", captured, "f", 0, "")
    for number, post in enumerate(made.posts):
        body = page_of(post, base, head, made.posts[number - 1] if number else None)
        made.answers.append(Exchange(home + quote(post.path), 200, small(body) if compressed else body.encode(), ref))
        if compressed:
            post.content = re.sub(r"\s+", " ", post.content)
    links = "".join(f'<li><a href="{base}/{quote(post.path)}">{escape(post.title)}</a></li>' for post in made.posts)
    for path, inside in (
        ("", f"<ul>{links}</ul>"),
        ("page2/", f"<ul>{links}</ul>"),
        ("about/", "<h1>About</h1><p>Who writes here.</p>"),
        ("tags/", f"<h1>Tags</h1><ul>{links}</ul>"),
        ("tags/tide/", f"<h1>tide</h1><ul>{links[:300]}</ul>"),
    ):
        text = PAGE.format(title="Page", head="", base=base, inside=inside, neighbours="")
        made.answers.append(Exchange(home + path, 200, text.encode(), ref))
    stub = f'<!DOCTYPE html><html><head><title>Redirecting&hellip;</title><link rel="canonical" href="{home}about/"><meta http-equiv="refresh" content="0; url={home}about/"></head></html>'
    made.answers.append(Exchange(home + "2017/01/01/moved/", 200, stub.encode(), ref))
    if feed:
        made.answers.append(Exchange(home + "feed.xml", 200, feed_of(made, feed).encode(), ref))
    return made


def page_of(post: MadePost, base: str, head: str, before: MadePost | None) -> str:
    year, month, day = post.day.split("-")
    words = f"{('Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec')[int(month) - 1]} {int(day)}, {year}"
    items = "".join(f'<li><a class="tag-link" href="{base}/tags/{tag}/">{tag}</a></li>' for tag in post.tags)
    tags = f'<div class="post-tags">{items}</div>' if post.tags else ""
    links = ", ".join(f'<a class="tag" href="{base}/tags/{tag}/">#{tag}</a>' for tag in post.tags)
    title = escape(post.title, quote=False)
    inside = (
        LAYOUTS[post.layout]
        .format(title=title, time=post.time, words=words, tag_items=items, tags=tags, tag_links=links)
        .replace("CONTENT", post.content)
    )
    neighbours = (
        f'<nav class="pager"><a rel="prev" href="{base}/{quote(before.path)}">{escape(before.title)}</a></nav>\n'
        if before
        else ""
    )
    return PAGE.format(title=title, head=head.format(post=post), base=base, inside=inside, neighbours=neighbours)


def small(page: str) -> bytes:
    """A page as jekyll-compress-html makes it: runs of white space become one blank."""
    return re.sub(r"\s+", " ", page).strip().encode()


def feed_of(made: MadeSite, kind: str) -> str:
    entries = []
    newest = sorted(made.posts, key=lambda post: post.day, reverse=True)[: 5 if kind == "few" else 10]
    for post in newest:
        text = re.split(r"\n\n", post.content)[0] if kind == "excerpt" else post.content
        names = "".join(f'<category term="{name}"/>' for name in (*post.categories, *post.tags))
        entries.append(
            f'<entry><title type="html">{escape(escape(post.title, quote=False))}</title><link href="{made.home}{quote(post.path)}"/>'
            f'<published>{post.time}</published><updated>{post.time}</updated>{names}<content type="html">{escape(text)}</content></entry>'
        )
    return f'<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom"><generator uri="https://jekyllrb.com/" version="4.3.1">Jekyll</generator>{"".join(entries)}</feed>'

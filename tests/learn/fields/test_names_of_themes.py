"""Themes that show categories and tags alike, as ``rel="tag"`` links, and those of other posts beside them."""

from __future__ import annotations

import re

import pytest

from crawler.learn.fields.fields import Fields, fields_of
from crawler.learn.fields.names import Names, names_of
from crawler.learn.fields.shown import Seen
from crawler.learn.finding.posts import posts_of
from crawler.learn.layouts.layouts import Place
from crawler.learn.learn import learn
from crawler.learn.pages import Captured
from crawler.sites.learned.site import LearnedSite
from crawler.sites.stock.page import StockPage
from tests.learn.made import MadePost, MadeSite, site

CATEGORIES = ("North Sea", "Land", "Sky")
_OWN_TAGS = re.compile(rb'<div class="post-tags">.*?</div>')
_LEFT_MENU = re.compile(rb'<ul class="left menu">.*?</ul>')
#: By the theme, the link to a category and the one to a tag.
LINKS = {
    "one class and rel for both": (
        '<a href="/categories/#{name}" class="item p-category" rel="tag">{name}</a>',
        '<a href="/tags/#{name}" class="item p-category" rel="tag">{name}</a>',
    ),
    "lists of tags whose addresses do not say so": (
        '<a href="/categories/#{name}" class="item" rel="tag">{name}</a>',
        '<a href="/by/#{name}" class="item" rel="tag">{name}</a>',
    ),
    "German words": ('<a href="/kategorien/#{name}">{name}</a>', '<a href="/themen/#{name}">{name}</a>'),
    "Chinese words": ('<a href="/分类/{name}/">{name}</a>', '<a href="/标签/{name}/">{name}</a>'),
    "French classes": (
        '<a class="categorie" href="/c/{name}/">{name}</a>',
        '<a class="etiquette" href="/e/{name}/">{name}</a>',
    ),
    "files with all lists": (
        '<a href="/categories.html#{name}" title="{name}">{name}</a>',
        '<a href="/tags.html#{name}" title="{name}">#{name}</a>',
    ),
    "one class around links of both kinds": (
        '<span class="tag"><a href="/categories/#{name}">{name}</a></span>',
        '<span class="tag"><a href="/tags/#{name}">{name}</a></span>',
    ),
    "how many posts have the name": (
        '<a href="/categories.html#{name}-ref">\n\t{name} <span>23</span>\n</a>',
        '<a href="/tags.html#{name}-ref">{name}<sup class="n">(7)</sup></a>',
    ),
    "rel of two words": (
        '<a href="/category/{name}/" rel="category tag">{name}</a>',
        '<a href="/tag/{name}/" rel="tag">{name}</a>',
    ),
}


def shown(post: MadePost, links: tuple[str, str]) -> bytes:
    both = zip(links, (post.categories, post.tags), strict=True)
    names = ["".join(link.format(name=name) for name in several) for link, several in both]
    return f'<p class="kinds"><span>In: {names[0]}</span> <span>About: {names[1]}</span></p>'.encode()


def made_site(links: tuple[str, str], *, cards: bool) -> MadeSite:
    """A site whose posts show their names in the header, and in cards below those of other posts."""
    made = site(categories=CATEGORIES, permalink="{year}/{month}/{day}/{slug}/", count=40, feed="few")
    for number, post in enumerate(made.posts):
        page = _OWN_TAGS.sub(b"", made.answers[number].body)
        page = page.replace(b"</header>\n<div", shown(post, links) + b"</header>\n<div")
        others = [made.posts[(number + step) % len(made.posts)] for step in (3, 7)] if cards else []
        below = b"".join(b'<div class="card"><h2>One more</h2>' + shown(other, links) + b"</div>" for other in others)
        page = page.replace(b"</article>", b'<div class="more">' + below + b"</div></article>")
        made.answers[number] = made.answers[number]._replace(body=page)
    return made


@pytest.mark.parametrize("cards", [False, True], ids=["alone", "with others"])
@pytest.mark.parametrize("theme", LINKS)
def test_each_post_has_its_own_categories_and_tags(theme: str, cards: bool) -> None:
    made = made_site(LINKS[theme], cards=cards)
    built = LearnedSite.of(learn("blog", made.home, made.answers))
    for post, page in zip(made.posts, made.answers, strict=False):
        parsed = built.parse_page(page)
        assert isinstance(parsed, StockPage)
        assert (parsed.shown_categories, sorted(parsed.tags)) == (post.categories, sorted(post.tags)), post.path


def test_an_element_around_both_kinds_says_less_than_their_addresses() -> None:
    made = site(categories=CATEGORIES, permalink="{year}/{month}/{day}/{slug}/", count=24, feed="")
    for number, post in enumerate(made.posts):
        page = _OWN_TAGS.sub(b"", made.answers[number].body)
        boxes = "".join(
            f'<ul class="tag_box">{"".join(f"<li><a href={kind}.html#{name.replace(chr(32), chr(45))}>{name}</a></li>" for name in names)}</ul>'
            for kind, names in (("/categories", post.categories), ("/tags", post.tags))
            if names
        )
        made.answers[number] = made.answers[number]._replace(
            body=page.replace(b"</header>\n<div", boxes.encode() + b"</header>\n<div")
        )
    built = LearnedSite.of(learn("blog", made.home, made.answers))
    for post, page in zip(made.posts, made.answers, strict=False):
        parsed = built.parse_page(page)
        assert isinstance(parsed, StockPage)
        assert (parsed.shown_categories, sorted(parsed.tags)) == (post.categories, sorted(post.tags)), post.path


@pytest.mark.parametrize("href", ["/by/{name}/", "/index.html?q={name}"])
def test_the_element_around_links_says_what_they_are(href: str) -> None:
    made = site(permalink="{year}/{month}/{day}/{slug}/", count=24, feed="")
    for number, post in enumerate(made.posts):
        links = "\n".join(f'<a href="{href.format(name=name)}">#{name}</a>' for name in post.tags)
        around = f'<span class="tags">\n{links}\n</span>'.encode() if links else b""
        page = _OWN_TAGS.sub(b"", made.answers[number].body).replace(b"</header>\n<div", around + b"</header>\n<div")
        made.answers[number] = made.answers[number]._replace(body=page)
    built = LearnedSite.of(learn("blog", made.home, made.answers))
    for post, page in zip(made.posts, made.answers, strict=False):
        parsed = built.parse_page(page)
        assert isinstance(parsed, StockPage)
        assert sorted(parsed.tags) == sorted(post.tags), post.path


def test_the_link_to_the_page_of_all_categories_names_none() -> None:
    made = site(permalink="{year}/{month}/{day}/{slug}/", count=12, feed="")
    for number in range(len(made.posts)):
        page = _OWN_TAGS.sub(b"", made.answers[number].body)
        crumb = b'<p class="way"><a href="/">Home</a> / <a href="/categories/">' + (b"Blog", b"News")[number % 2] + b"</a></p>"
        made.answers[number] = made.answers[number]._replace(body=page.replace(b"<article", crumb + b"<article", 1))
    assert {layout.categories for layout in learn("blog", made.home, made.answers).layouts} == {()}


def test_one_page_of_a_layout_shows_names_as_the_others_do() -> None:
    """What it shows besides may be on every page: the names of the site."""
    made = site(permalink="{year}/{month}/{day}/{slug}/", count=12, feed="")
    cloud = b"".join(b'<span class="tag">' + name + b"</span>" for name in (b"tide", b"gull"))
    page = _OWN_TAGS.sub(b"", made.answers[3].body).replace(b"</article>", cloud + b"</article>")
    made.answers[3] = made.answers[3]._replace(body=page)
    captured = Captured.read(made.home, made.answers)
    content = made.posts[3].content.encode()
    start = page.index(content)
    place = Place(b"", b"", [captured.pages[made.posts[3].path]], [(start, start + len(content))])
    alone, beside = (
        fields_of(place, posts_of(captured), ("", ""), others) for others in ((), (Fields({"tags": ("a.tag-link",)}),))
    )
    assert (alone.selectors.get("tags"), beside.selectors.get("tags")) == (("span.tag",), None)


def test_links_to_other_hosts_are_no_tags() -> None:
    made = site(permalink="{year}/{month}/{day}/{slug}/", count=12, feed="")
    labels = (
        b'<p>See <a href="https://code.example/labels/bug">the bugs</a> and <a href="https://code.example/labels/x">x</a>.</p>'
    )
    for number in range(len(made.posts)):
        page = _OWN_TAGS.sub(b"", made.answers[number].body)
        page = page.replace(b"</article>", (labels if number == 3 else b"") + b"</article>")
        made.answers[number] = made.answers[number]._replace(body=page)
    assert {layout.tags for layout in learn("blog", made.home, made.answers).layouts} == {()}


def test_what_shows_the_title_of_each_post_is_no_tag() -> None:
    made = site(permalink="{year}/{month}/{day}/{slug}/", count=12, feed="")
    for number, post in enumerate(made.posts):
        links = "".join(f'<a href="/tags/{tag}/">{tag}</a>' for tag in post.tags if number % 3)
        page = _OWN_TAGS.sub(b"", made.answers[number].body)
        bar = f'<div id="toc-bar"><span class="label">{post.title}</span></div>'
        page = page.replace(b"<article", f"{bar}<article".encode()).replace(b"</article>", f"<p>{links}</p></article>".encode())
        made.answers[number] = made.answers[number]._replace(body=page)
    layouts = learn("blog", made.home, made.answers).layouts
    assert {text for layout in layouts for text in layout.tags} == {'article.post a[href*="/tags/"]'}


@pytest.mark.parametrize("href", ["/tags/{1}/", "/2018/01/{0:02}/other/"])
def test_what_stands_in_a_link_to_another_post_is_none_of_this(href: str) -> None:
    made = site(permalink="{year}/{month}/{day}/{slug}/", count=12, feed="")
    for number in range(len(made.posts)):
        other = ("sea", "salt", "tide")[number % 3]
        box = f'<h5><a href="{href.format(number + 1, other)}">More <span class="label">{other}</span></a></h5></article>'
        page = _OWN_TAGS.sub(b"", made.answers[number].body).replace(b"</article>", box.encode())
        made.answers[number] = made.answers[number]._replace(body=page)
    found = {text for layout in learn("blog", made.home, made.answers).layouts for text in layout.tags}
    assert bool(found) == href.startswith("/tags/"), found


@pytest.mark.parametrize("feed", ["few", ""], ids=["a feed", "no feed"])
def test_a_list_of_tags_may_be_called_a_menu(feed: str) -> None:
    made = site(permalink="{year}/{month}/{day}/{slug}/", count=24, feed=feed)
    above = b'<ul class="menu site"><li><a href="/all/?tag=news">News</a></li></ul>'
    for number, post in enumerate(made.posts):
        names = "".join(f'<li><a href="/all/?tag={tag}">{tag}</a></li>' for tag in post.tags)
        page = _OWN_TAGS.sub(b"", made.answers[number].body)
        page = page.replace(b"</header>\n<div", f'<ul class="left menu">{names}</ul></header>\n<div'.encode())
        made.answers[number] = made.answers[number]._replace(body=page)
    built = LearnedSite.of(learn("blog", made.home, made.answers))
    _show_their_tags(built, made)
    constant = [one._replace(body=one.body.replace(b"<article", above + b"<article")) for one in made.answers]
    for number, answer in enumerate(constant):
        constant[number] = answer._replace(body=_LEFT_MENU.sub(b"", answer.body))
    assert {layout.tags for layout in learn("blog", made.home, constant).layouts} == {()}


@pytest.mark.parametrize("form", ['<meta name="keywords" content="{}">', '<meta content="{}" itemprop="keywords">'])
@pytest.mark.parametrize("feed", ["few", ""], ids=["a feed", "no feed"])
def test_keywords_are_tags_where_nothing_else_shows_any(feed: str, form: str) -> None:
    made = site(permalink="{year}/{month}/{day}/{slug}/", count=24, feed=feed)
    for number, post in enumerate(made.posts):
        page = _OWN_TAGS.sub(b"", made.answers[number].body)
        page = page.replace(b"</head>", f"{form.format(', '.join(post.tags))}</head>".encode())
        made.answers[number] = made.answers[number]._replace(body=page)
    _show_their_tags(LearnedSite.of(learn("blog", made.home, made.answers)), made)


def test_keywords_of_a_site_and_those_with_categories_among_them_are_no_tags() -> None:
    of_site = site(permalink="{year}/{month}/{day}/{slug}/", count=24, feed="")
    mixed = made_site(LINKS["rel of two words"], cards=False)
    for made in (of_site, mixed):
        for number, post in enumerate(made.posts):
            names = ("sea", *post.tags) if made is of_site else (*post.categories, *post.tags)
            page = _OWN_TAGS.sub(b"", made.answers[number].body)
            page = re.sub(rb" <span>About.*?</span>", b"", page)
            page = page.replace(b"</head>", f'<meta name="keywords" content="{",".join(names)}"></head>'.encode())
            made.answers[number] = made.answers[number]._replace(body=page)
        assert {layout.tags for layout in learn("blog", made.home, made.answers).layouts} == {()}


def _show_their_tags(built: LearnedSite, made: MadeSite) -> None:
    for post, page in zip(made.posts, made.answers, strict=False):
        parsed = built.parse_page(page)
        assert isinstance(parsed, StockPage)
        assert sorted(parsed.tags) == sorted(post.tags), post.path


def test_what_all_of_a_few_posts_show_is_said_to_be_shown() -> None:
    pages = [Seen("sea", ("sea",), ())] * 2
    assert names_of({"a.tag": pages}, [frozenset({"sea"}), frozenset()]) == Names("a.tag", posts=2, agree=1)


def test_names_are_written_as_each_page_shows_them_where_authors_type_them_in_two_ways() -> None:
    """The newest posts, which a feed has, type all names in lower case; lists of names lead to all posts."""
    made = site(permalink="{year}/{month}/{day}/{slug}/", count=24, layouts=("classed",))
    lists: dict[str, str] = {}
    for number, post in enumerate(made.posts):
        for name in post.tags:
            lists[name] = lists.get(name, "") + f'<li><a href="/{post.path}">one</a></li>'
            body = made.answers[number].body.replace(f">{name}</a>".encode(), f">{name.title()}</a>".encode())
            made.answers[number] = made.answers[number]._replace(body=body if number < 14 else made.answers[number].body)
        post.tags = tuple(map(str.title, post.tags)) if number < 14 else post.tags
    pages = {f"tags/{name}/": f"<html><body><h1>{name}</h1><ul>{links}</ul></body></html>" for name, links in lists.items()}
    made.answers = [answer for answer in made.answers if "/tags/" not in answer.url]
    made.answers += [made.answers[0]._replace(url=made.url(path), body=body.encode()) for path, body in pages.items()]
    built = LearnedSite.of(learn("blog", made.home, made.answers))
    for post, page in zip(made.posts, made.answers, strict=False):
        parsed = built.parse_page(page)
        assert isinstance(parsed, StockPage)
        assert sorted(built.build_post(parsed).tags) == sorted(post.tags), post.path


def test_names_that_a_feed_escapes_once_more_are_those_of_the_pages() -> None:
    names = ["A & B", "Sea", "A & B", "Land"]
    shown = {"div.cats a": [Seen(name, (name,), ()) for name in names]}
    told = [frozenset({name.replace("&", "&amp;"), "tide"}) for name in names]
    found = names_of(shown, told)
    assert found is not None
    assert found.agree == len(names)

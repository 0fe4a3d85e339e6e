"""The facts of finews: hosts, addresses and markers, so that someone who knows the site can check them line by line."""

from __future__ import annotations

import re
from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, quote, unquote

from crawler.markup.links.address import normal, split
from crawler.markup.page import PageMarkers
from crawler.sites.addresses.spellings import INDEX, ignores_query
from crawler.sites.parsed import Kind

if TYPE_CHECKING:
    from urllib.parse import SplitResult

NAME = "finews"
HOME = "https://finews.withounder.com/"
ROLLING = "https://finews.withounder.com/emnews/"
HOST = "finews.withounder.com"
#: Older names of the host; links to them are followed on ``HOST``.
OLD_HOSTS = ("finews.zning.me",)
#: The hosts of share answers and share pages, the newest first; all have the same two paths.
SHARE_HOSTS = ("finews.zning.xyz", "choicewzp1.eastmoney.com", "app.jg.eastmoney.com")

ZONE = timedelta(hours=8)  # Asia/Shanghai, without summer time since 1991
#: The age at which the site stops publishing a post.
KEEPS = timedelta(days=3)
#: The home page shows so many posts of each tag, the newest.
NEWEST = 5
ROLLING_CATEGORY, NOTICE_CATEGORY = "emnews", "sitenews"

MARKERS = PageMarkers(
    time=b"<small>(GMT+8, Asia/Shanghai, CST) ",
    time_end=b"</small>",
    title=b"<h1>",
    title_end=b"</h1>",
    tags=b"<small>tags: <em>",
    tags_end=b"</em></small>",
    tags_joint="</em> - <em>",
)
#: The share hosts put this pair before every paragraph; the site removes it.
INDENT = "\u3000\u3000"

_ANSWER_PATH, SHARE_PATH = "/NewsData/GetNewsText.do", "/html_News/NewsShare.html"
_POST = re.compile(r"^/(?:(?P<categories>.+)/)?(?P<date>\d{4}/\d\d/\d\d)/(?P<slug>[^/]+)\.html$", re.ASCII)
_CATEGORY = re.compile(r"/category/[^/]+(?<!\.html)\.html")
#: The date that every post's address has.
_LIKE_POST = re.compile(r"\d{4}/\d\d/\d\d/")
#: A link that is not relative, and has nothing in it that is encoded, or that a browser takes out.
_PLAIN_HREF = re.compile(r"(?:https?:/)?/[^\\%\x00-\x20]*$")
#: Addresses that are canonical as they are.
_CANONICAL = re.compile(
    rf"{re.escape(HOME)}(?:(?:category/[\w-]+|(?:[\w-]+/)+\d{{4}}/\d\d/\d\d/[\w-]+)\.html|feed\.xml)?", re.ASCII
)
#: Addresses of which all behind the host is the path.
_PLAIN = re.compile(rf"{re.escape(HOME)}[\w./-]+", re.ASCII)
_PLAIN_SHARE = re.compile(rf"http://(?:{'|'.join(map(re.escape, SHARE_HOSTS))})/[\w/.?=&-]+", re.ASCII)
_ID = re.compile(r"^(?:NW)?(\d{4})(\d\d)(\d\d)\d+$")


@lru_cache(maxsize=1024)  # asked several times of each page that comes
def kind(url: str) -> Kind:
    """What a canonical URL of the site's hosts leads to.

    >>> kind("https://finews.withounder.com/xinwanbao/2022/03/01/NW202203012292084539.html")
    <Kind.POST: 'post'>
    >>> kind("https://finews.withounder.com/category/Career%20In%20touxingPEVC.html")
    <Kind.LISTING: 'listing'>
    """
    if _CANONICAL.fullmatch(url):  # no library takes as long for what is nearly always asked
        return _kind_of_path(url[len(HOME) - 1 :])
    if _PLAIN_SHARE.fullmatch(url):
        return Kind.COMPANION if f"/{url.split('/', 3)[3].partition('?')[0]}" == _ANSWER_PATH else Kind.OTHER
    return _kind(split(url))


def _kind(parts: SplitResult) -> Kind:
    if parts.hostname in SHARE_HOSTS:
        return Kind.COMPANION if parts.path == _ANSWER_PATH else Kind.OTHER
    if parts.hostname != HOST or parts.query:
        return Kind.OTHER
    return _kind_of_path(parts.path)


def _kind_of_path(path: str) -> Kind:
    if _POST.match(path):
        return Kind.POST
    if path == "/feed.xml":
        return Kind.FEED
    return Kind.LISTING if path.startswith("/category/") or path.endswith("/") else Kind.OTHER


def describe(url: str) -> str:
    """What a canonical URL leads to, in one or two words.

    >>> describe("http://finews.zning.xyz/NewsData/GetNewsText.do?id=NW1")
    'share answer'
    """
    found, path = kind(url), split(url).path
    named = {_ANSWER_PATH: "share answer", SHARE_PATH: "share page"}
    return named.get(path) or {Kind.POST: "post page"}.get(found, str(found))


def post_address(url: str) -> tuple[str, str, str] | None:
    """The categories (in lower case, joined by ``/``), date (``YYYY-MM-DD``) and slug that a post's URL tells."""
    match = _POST.match(unquote(url[len(HOME) - 1 :] if _PLAIN.fullmatch(url) else split(url).path))
    if match is None:
        return None
    return match["categories"] or "", match["date"].replace("/", "-"), match["slug"]


def post_id(url: str) -> str | None:
    """The ID of the post at a canonical URL; ``None`` for any other address."""
    if not url.startswith(HOME):
        return None
    match = _POST.match(unquote(url[len(HOME) - 1 :]))
    return match["slug"] if match else None


def about(url: str) -> tuple[str, ...]:
    """The IDs that a post may have whose page, share page or share answer is at a canonical URL.

    The ID of rolling news is the number in the share's ID, without ``NW``.

    >>> about("http://finews.zning.xyz/NewsData/GetNewsText.do?id=NW202203012292084539")
    ('NW202203012292084539', '202203012292084539')
    """
    own = post_id(url)
    if own is not None:
        return (own,)
    parts = split(url)
    if parts.hostname not in SHARE_HOSTS or parts.path not in (_ANSWER_PATH, SHARE_PATH):
        return ()
    fields = parse_qs(parts.query)
    found = (fields.get("id") or fields.get("infoCode") or [""])[0]
    return tuple(dict.fromkeys((found, found.removeprefix("NW")))) if found else ()


def post_day(url: str) -> str:
    """The day of publication that a post's URL tells; empty for any other address."""
    address = post_address(url)
    return address[1] if address else ""


def canonical(url: str) -> str:
    """The form of an address that captures are filed under; an address elsewhere stays what it is.

    >>> canonical("http://finews.zning.me:80/%61/2022/03/01/NW1?v=2#top")
    'https://finews.withounder.com/a/2022/03/01/NW1.html'
    """
    if _CANONICAL.fullmatch(url) or _PLAIN_SHARE.fullmatch(url):
        return url
    parts = split(normal(url) or "")
    if parts.netloc in SHARE_HOSTS:
        return parts._replace(scheme="http").geturl()
    if parts.netloc not in (HOST, *OLD_HOSTS):
        return url
    found = f"https://{HOST}{_path(parts.path)}"
    return (
        found if not parts.query or ignores_query(kind(found), parts.query, is_home=found == HOME) else f"{found}?{parts.query}"
    )


def _path(path: str) -> str:
    """The path that the site itself writes of those at which its server has the same page.

    >>> _path("/a/2022/03/01/NW1"), _path("/category/a/"), _path("/emnews/index.html")
    ('/a/2022/03/01/NW1.html', '/category/a.html', '/emnews/')
    """
    path = INDEX.sub("/", path)
    file = path.removesuffix("/")
    with_ending = f"{file}.html"
    post = None if path.endswith(".html") else _POST.match(with_ending)
    # Old posts link to "./emnews/" from where they are, which is no post.
    is_post = post is not None and (path == file or _ID.match(post["slug"]))
    return with_ending if is_post or _CATEGORY.fullmatch(with_ending) else path


def post_link(url: str) -> str | None:
    """The canonical URL of the post that an absolute link leads to; ``None`` for any other link."""
    if not _LIKE_POST.search(url) and "%" not in url:
        return None
    url = canonical(url)
    return url if kind(url) == Kind.POST else None


def may_lead_to_post(href: str) -> bool:
    """Whether a link as it is written can lead to a post; what is relative, or has to be cleaned first, may."""
    return _LIKE_POST.search(href) is not None or not _PLAIN_HREF.match(href)


def id_date(post_id: str) -> str | None:
    """The day in a post's ID, as ``YYYY-MM-DD``; ``None`` if it has none.

    >>> id_date("NW202203012292084539")
    '2022-03-01'
    """
    match = _ID.match(post_id)
    return "-".join(match.groups()) if match else None


def share_id(post_id: str) -> str:
    """The ID of a post's share, which for rolling news is the post's number with ``NW`` before it."""
    return f"NW{post_id}" if post_id.isdigit() else post_id


def answer_urls(post_id: str, own_host: str | None) -> list[str]:
    """The addresses at which the share answer of a post may be: on the share's own host first, then on the others."""
    hosts = [own_host] if own_host in SHARE_HOSTS else []
    hosts += [host for host in SHARE_HOSTS if host not in hosts]
    admin = {"app.jg.eastmoney.com": "&cid=Admin"}
    share = quote(share_id(post_id), safe="")
    return [f"http://{host}{_ANSWER_PATH}?id={share}{admin.get(host, '')}" for host in hosts]


def share_page_url(post_id: str, own_host: str | None) -> str:
    """The address of a post's share page."""
    host = own_host if own_host in SHARE_HOSTS else SHARE_HOSTS[0]
    return f"http://{host}{SHARE_PATH}?infoCode={quote(share_id(post_id), safe='')}"

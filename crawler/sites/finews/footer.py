"""The footer of a finews post, which is the share link and the back links: read from the page, and written as source.

On a page they are two paragraphs. If an inline tag of the body was not closed, they are inside it as escaped text instead,
and the closing tags that kramdown added follow.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import SplitResult, parse_qs, unquote

from crawler.markup.characters import unescaped
from crawler.markup.links.address import split
from crawler.sites.finews.facts import HOST, OLD_HOSTS, SHARE_PATH

_PARAGRAPHS = re.compile(
    r'(?:^|\n\n)<p><a href="(?P<share>[^"<>]+)">[^<]*</a></p>'
    r'(?:\n\n<p><a href="(?P<listing>[^"<>]*)">返回(?P<tag>[^<]*)</a>(?P<joint>｜|\n)'
    r'<a href="(?P<home>[^"<>]*)">返回首页</a></p>)?$'
)
_SWALLOWED = re.compile(
    r"(?:^|\n\n)&lt;(?P<share>https?://[^\s<>]+?)&gt;"
    r"(?:\n\n\[返回(?P<tag>[^\]\n]*)\]\((?P<listing>[^\n]*?)\)(?P<joint>｜|\n)\[返回首页\]\((?P<home>[^\n)]*)\))?"
    r"\n?(?:</[^<>]+>\s*)+$"
)
#: Characters that kramdown shows as they are only behind a backslash.
_CHANGED = re.compile(r"[\"'|]")
_CODE = re.compile(r"infoCode=(\w+)", re.ASCII)
_ADDRESS = re.compile(r"(?:(https?):)?//([a-z0-9.-]+)(/[\w/.%(),-]*)(?:\?([\w=&-]+))?", re.ASCII)
#: The footer is searched in so many characters at the end of the content.
TAIL = 3000


def _split(url: str) -> SplitResult:
    """The parts of an address, all of them empty for what is none.

    The library takes ten times as long for an address in which nothing is special.
    """
    plain = _ADDRESS.fullmatch(url)
    if plain is not None:
        return SplitResult(plain[1] or "", plain[2], plain[3], plain[4] or "", "")
    return split(url)


def _share_id(query: str) -> str | None:
    code = _CODE.fullmatch(query)
    return code[1] if code else next(iter(parse_qs(query).get("infoCode", [])), None)


def _category(listing: SplitResult) -> str | None:
    if listing.netloc not in (HOST, *OLD_HOSTS):
        return None
    path = unquote(listing.path) if "%" in listing.path else listing.path
    if path.startswith("/category/") and path.endswith(".html"):
        return path.removeprefix("/category/").removesuffix(".html")
    return path.strip("/")


@dataclass(frozen=True, slots=True)
class Footer:
    """The share link and the back links as the source has them.

    ``share``, ``listing`` and ``home`` are addresses. ``tag`` is part of the text of the link to the listing, and ``joint`` is
    between the two back links. Without back links, all but ``share`` are empty. ``swallowed``: an unclosed tag contains them.
    """

    share: str
    listing: str
    tag: str
    joint: str
    home: str
    swallowed: bool
    #: The match in the page's content.
    match: re.Match[str] | None = field(default=None, repr=False, compare=False)

    def source(self) -> str:
        """The end of the source post, beginning with the empty line before the share link."""
        share = f"\n\n<{self.share}>"
        if not self.joint:
            return share
        tag = self.tag if self.swallowed else _CHANGED.sub(r"\\\g<0>", self.tag)
        return f"{share}\n\n[返回{tag}]({self.listing}){self.joint}[返回首页]({self.home})"

    @property
    def links(self) -> str:
        """The form of the back links: ``none``, or how the listing is addressed and how the two links are joined."""
        if not self.joint:
            return "none"
        address = self._listing
        if address.netloc and address.netloc != HOST:
            where = address.netloc
        elif not address.netloc:
            where = self.listing.partition("/")[0]
        else:
            where = "category" if address.path.startswith("/category/") else "folder"
        return f"{where}-{'joined' if self.joint == '｜' else 'lines'}"

    _listing: SplitResult = field(init=False, repr=False, compare=False)
    #: Whether it is the footer of rolling news, which links to the article itself; market news links to a share page.
    rolls: bool = field(init=False, repr=False, compare=False)
    #: The host and the ``infoCode`` of the share link; ``None`` for rolling news.
    share_host: str | None = field(init=False, repr=False, compare=False)
    share_id: str | None = field(init=False, repr=False, compare=False)
    #: The exact ``categories`` string of a market post, from the address of its listing; ``None`` if it is not there.
    category: str | None = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        note = object.__setattr__  # each is asked for several times
        share, listing = _split(self.share), _split(self.listing)
        rolls = share.path != SHARE_PATH
        note(self, "_listing", listing)
        note(self, "rolls", rolls)
        note(self, "share_host", None if rolls else share.hostname)
        note(self, "share_id", None if rolls else _share_id(share.query))
        note(self, "category", None if rolls else _category(listing))

    @property
    def zone_unknown(self) -> bool:
        """Whether posts with this form of back links have a zone in ``date`` or not; with the other forms they have none."""
        return self.joint == "｜" or self._listing.netloc in OLD_HOSTS


def split_footer(content: str) -> tuple[str, Footer | None]:
    """Split the content of a page into what is before the footer and the footer; ``None`` if it has no footer."""
    start = max(0, len(content) - TAIL)
    for pattern, swallowed in ((_PARAGRAPHS, False), (_SWALLOWED, True)):
        match = pattern.search(content, start)
        if match is None:
            continue
        texts = match.group("share", "listing", "tag", "joint", "home")
        share, listing, tag, joint, home = (unescaped(text) if text else "" for text in texts)
        return content[: match.start()], Footer(share, listing, tag, joint, home, swallowed, match)
    return content, None

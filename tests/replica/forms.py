"""The site's own writer in every form it has had: what is pasted where.

Nothing is escaped, as the original never did.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.replica.bodies import INDENT

if TYPE_CHECKING:
    from tests.replica.media import Medium

WITHOUNDER = "//finews.withounder.com"
ZNING = "//finews.zning.me"


@dataclass(frozen=True, slots=True)
class Form:
    """One combination of the properties that vary on their own."""

    links: str  # none, dot, dotdot, zning, two-lines, joined | folder, category | absent
    zone: bool
    text: str  # plain, quoted | short, body | notice
    pairs: bool = False
    share_host: str = "finews.zning.xyz"
    leading_newline: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """What upstream told the writer about one post; ``showtime`` is ``YYYY-MM-DD HH:MM:SS``."""

    id: str
    title: str
    showtime: str
    medium: Medium
    digest: str
    short_title: str
    body: str
    article: int = 11158


ROLLING_FORMS = [
    *(Form(links, zone=False, text="plain") for links in ("none", "dot", "dotdot", "two-lines")),
    *(Form("zning", zone=zone, text="plain") for zone in (False, True)),
    *(Form("joined", zone=zone, text="plain") for zone in (False, True)),
    Form("joined", zone=True, text="quoted", pairs=True),
    Form("joined", zone=False, text="quoted"),
    Form("joined", zone=True, text="quoted"),
]
MARKET_FORMS = [
    Form("folder", zone=True, text="short", share_host="choicewzp1.eastmoney.com"),
    Form("category", zone=False, text="short", share_host="choicewzp1.eastmoney.com"),
    Form("folder", zone=True, text="body", pairs=True, share_host="choicewzp1.eastmoney.com"),
    Form("folder", zone=False, text="body", share_host="choicewzp1.eastmoney.com"),
    Form("category", zone=True, text="body", share_host="choicewzp1.eastmoney.com"),
    Form("folder", zone=True, text="body"),
    Form("category", zone=False, text="body"),
    Form("category", zone=True, text="body"),
]
MAIN_MARKET = MARKET_FORMS[-1]
MAIN_ROLLING = ROLLING_FORMS[-1]

_ROLLING_LINKS = {
    "none": "",
    "dot": "\n\n[返回东财滚动新闻](./emnews/)\n[返回首页](./)",
    "dotdot": "\n\n[返回东财滚动新闻](../emnews/)\n[返回首页](../)",
    "zning": f"\n\n[返回东财滚动新闻]({ZNING}/emnews/)\n[返回首页]({ZNING}/)",
    "two-lines": f"\n\n[返回东财滚动新闻]({WITHOUNDER}/emnews/)\n[返回首页]({WITHOUNDER}/)",
    "joined": f"\n\n[返回东财滚动新闻]({WITHOUNDER}/emnews/)｜[返回首页]({WITHOUNDER}/)",
}


def _head(draft: Draft, form: Form, category: str, tag: str) -> str:
    zone = " +0800" if form.zone else ""
    start = "\n---" if form.leading_newline else "---"
    return (
        f'{start}\nlayout: post\ntitle: "{draft.title}"\ndate: {draft.showtime}{zone}\n'
        f"categories: {category}\ntags: {tag}\n---\n"
    )


def rolling(draft: Draft, form: Form) -> str:
    """The source post of one piece of rolling news."""
    head = _head(draft, form, "emnews", "东财滚动新闻")
    body = draft.body if form.pairs else draft.body.replace(INDENT, "")
    text = f"\n{draft.digest}" if form.text == "plain" else f"> {draft.digest}\n\n{body}"
    share = f"\n\n<http://finance.eastmoney.com/news/{draft.article},{draft.id}.html>"
    return head + text + share + _ROLLING_LINKS[form.links]


def market(draft: Draft, form: Form) -> str:
    """The source post of one piece of market news."""
    medium = draft.medium
    body = draft.body if form.pairs else draft.body.replace(INDENT, "")
    text = f"{draft.short_title}\n{draft.digest}" if form.text == "short" else body
    path = f"/category/{medium.pinyin}.html" if form.links == "category" else f"/{medium.pinyin}/"
    return (
        _head(draft, form, medium.pinyin, medium.tag)
        + text
        + f"\n\n<http://{form.share_host}/html_News/NewsShare.html?infoCode={draft.id}>"
        + f"\n\n[返回{medium.tag}]({WITHOUNDER}{path})｜[返回首页]({WITHOUNDER}/)"
    )


def notice(title: str, showtime: str, text: str) -> str:
    """A notice of the site's owner: no links, no zone, a newline at the end."""
    return f'---\nlayout: post\ntitle: "{title}"\ndate: {showtime}\ncategories: sitenews\ntags: 站长消息\n---\n\n{text}\n'


def broken() -> str:
    """What the writer makes of an empty upstream record; its file is named ``-ID.md``."""
    return (
        '---\nlayout: post\ntitle: ""\ndate:  +0800\ncategories: emnews\ntags: 东财滚动新闻\n---\n'
        f"> \n\n\n\n<>\n\n[返回东财滚动新闻]({WITHOUNDER}/emnews/)｜[返回首页]({WITHOUNDER}/)"
    )

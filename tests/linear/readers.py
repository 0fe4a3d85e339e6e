"""The functions that read a stranger's bytes, each as a function of one text."""

from __future__ import annotations

import gzip
import json
import zlib
from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any

from crawler.crawl.explore import ExploreLimits, Explorer
from crawler.crawl.lastmod import was_changed
from crawler.crawl.politeness import retry_after, robots_text
from crawler.crawl.wayback import cdx, memento
from crawler.exporters.addresses import file_name, term
from crawler.exporters.atom import _clean
from crawler.exporters.browse.listing import excerpt
from crawler.exporters.browse.sanitize import sanitized, web_address
from crawler.exporters.hugo import _article
from crawler.learn.fields import titles, told_titles
from crawler.learn.finding.name_lists import ids_in, named
from crawler.learn.layouts.content import is_bare
from crawler.learn.rule_behind_date import rule_behind_date
from crawler.learn.rule_by_times import rule_by_times
from crawler.markup import byline, quoted, same_text, search_list, tags, times
from crawler.markup.characters import as_utf8, in_attribute, in_text, shown, xml_text
from crawler.markup.decoration import undecorated
from crawler.markup.elements import elements
from crawler.markup.excerpt import shown_of, words
from crawler.markup.feeds.feed import read_feed
from crawler.markup.generator import generator
from crawler.markup.links import links, listing, redirects, requisites, script_files
from crawler.markup.links.address import absolute
from crawler.markup.links.document_kinds import document_kind, feed_addresses
from crawler.markup.page import read_page
from crawler.markup.selector import selector
from crawler.markup.shown import names_in as names_in_element
from crawler.markup.shown import shown_by
from crawler.markup.source.body import front_matter_text, without_front_matter
from crawler.markup.source.front_matter import names_in, names_line, quote_title, read_fields, text_scalar
from crawler.markup.source.sample import FrontMatterForm
from crawler.markup.titles import markdown, typography, written
from crawler.reconstruct import Habits, document, inline_data, likely, marked_code
from crawler.reconstruct.document import Document
from crawler.reconstruct.liquid import with_tags
from crawler.report.display import printable
from crawler.sites.finews import answer, article, facts, footer, text
from crawler.sites.learned.link import without_marks
from crawler.sites.stock.page import LONGEST_NAME
from crawler.text import language, mentions, near, plain, reading, search
from crawler.text.article import as_html, tree
from crawler.warc import content_encoding, digests, heads, reader
from crawler.warc.dates import utc
from crawler.warc.splitter import Splitter
from tests.linear.derived import blog, companion, finews, page, stock
from tests.linear.pages import ENTRY, HOME, POST, URL

if TYPE_CHECKING:
    from collections.abc import Callable


def _bytes(function: Callable[..., Any], *more: object) -> Callable[[str], object]:
    def read(hostile: str) -> object:
        found = function(hostile.encode(), *more)
        return list(found) if hasattr(found, "__next__") else found

    return read


def _pieces(pack: Callable[[bytes], bytes]) -> Callable[[str], object]:
    def read(hostile: str) -> object:
        data = pack(hostile.encode())
        return list(Splitter(BytesIO(data), len(data), 1 << 20).pieces(0))

    return read


def _coded(coding: str, pack: Callable[[bytes], bytes]) -> Callable[[str], object]:
    return lambda hostile: content_encoding.decoded(pack(hostile.encode()), [("Content-Encoding", coding)])


def _response(hostile: str) -> object:
    block = f"HTTP/1.1 200 OK\r\n{hostile}\r\n\r\nbody".encode()
    head = (
        f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://a/\r\nWARC-Date: 2022\r\nContent-Length: {len(block)}\r\n"
    )
    return reader.parse(f"{head}{hostile.partition(chr(10))[0]}\r\n\r\n".encode() + block + b"\r\n\r\n")


#: What layouts put into contents, in the forms that are learned.
DECORATIONS = {
    '<h2 id="{1}">{2}</h2>': '<h2 id="{1}">{2}<a href="#{1}">#</a></h2>',
    '<img{1}" />': '<img{1}">',
    '<img{3} src="{1}"{2} />': '<a href="{1}"><img{3} data-src="{1}"{2} class="late"></a>',
    "<table>{1}</table>": "<div><table>{1}</table></div>",
}
#: Each may refuse what it reads with an error of its own.
READERS: dict[str, Callable[[str], object]] = {
    "links.page_links": _bytes(links.page_links, HOME),
    "links.page_addresses": _bytes(links.page_addresses, HOME),
    "links.placed_links": _bytes(links.placed_links, HOME),
    "links.head_links": _bytes(links.head_links, HOME),
    "links.shown_text": links.shown_text,
    "listing.whole_links": _bytes(listing.whole_links, HOME),
    "listing.sections": _bytes(listing.sections, HOME),
    "tags": _bytes(tags.tags),
    "elements": _bytes(elements, "article .post-content, div > p.a, [itemprop=headline]"),
    "selector": selector,
    "undecorated": lambda hostile: undecorated(hostile, DECORATIONS),
    "absolute": lambda hostile: absolute(HOME, hostile),
    "absolute to it": lambda hostile: absolute(HOME + hostile, "a"),
    "feed": _bytes(read_feed, HOME),
    "feed, content": lambda hostile: read_feed((ENTRY % hostile).encode(), HOME),
    "page": _bytes(read_page, facts.MARKERS),
    "markdown.unrender": markdown.unrender,
    "markdown.unescape_liquid": markdown.unescape_liquid,
    "markdown.escape_liquid": markdown.escape_liquid,
    "written": written.written,
    "written.plain": written.plain,
    "written.is_typed": written.is_typed,
    "written.is_escaped": written.is_escaped,
    "written.is_bare": written.is_bare,
    "written.in_backticks": written.in_backticks,
    "told_titles.head": lambda hostile: told_titles.HEAD.search(f"<title>{hostile}".encode()),
    "titles.ahead": lambda hostile: titles.AHEAD.fullmatch(f"{hostile}x", 0, len(hostile)),
    "document, paragraph": lambda hostile: Document(f'<p>"a" {hostile}</p>', Habits(), {}, {}),
    "likely": lambda hostile: likely.likely([("2020-01-01-a", f"<ul>{hostile}</ul>")]),
    "with_tags": lambda hostile: with_tags.with_tags(
        hostile.split("a"), ["{% raw %}{% if x %}{% endraw %}"] * hostile.count("a")
    ),
    "document.text": lambda hostile: document.TAG.sub("", document.CODE.sub("", hostile)),
    "inline_data": lambda hostile: inline_data.with_data(*inline_data.without_data(f"data:a/b;base64,{hostile}")),
    "marked_code": marked_code.without_marks,
    "layouts.is_bare": _bytes(is_bare),
    "feed, not well-formed": lambda hostile: read_feed(
        f"<rss><channel><item><title>&{hostile}</title></item></channel></rss>".encode(), HOME
    ),
    "feed, entries not well-formed": lambda hostile: read_feed(f"<feed>&{hostile}</feed>".encode(), HOME),
    "feed, attributes not well-formed": lambda hostile: read_feed(
        f"<feed><entry><link {hostile}></entry></feed>".encode(), HOME
    ),
    "feed, by hand": lambda hostile: read_feed(f"<feed><title>{hostile}</title><entry>".encode(), HOME),
    "typography": typography.undo_typography,
    "same_text.letters_and_images": same_text.letters_and_images,
    "same_text": lambda hostile: same_text.same_text("<p>x</p>", "<p>y</p>" + hostile),
    "same_text, page": lambda hostile: same_text.same_text("<p>x</p>" + hostile, "<p>y</p>"),
    "same_text, both": lambda hostile: same_text.same_text(f"<p>x</p>{hostile}", f"<p>x</p>{hostile}y"),
    "first_difference": lambda hostile: same_text.first_difference(f"<p>x</p>{hostile}", f"<p>x</p>{hostile}y"),
    "excerpt.words": words,
    "excerpt": lambda hostile: shown_of("x " + hostile, f"<p>x</p>{hostile}"),
    "times": lambda hostile: times.read_time(hostile, "UTC"),
    "times.count": lambda hostile: times.count_times(hostile.encode("utf-8", "replace")),
    "front matter": lambda hostile: front_matter_text(f"---\n{hostile}\n---\n", "author"),
    "front matter, value": lambda hostile: front_matter_text(f"---\nauthor: {hostile}\n---\n", "author"),
    "without_front_matter": lambda hostile: without_front_matter("---\n" + hostile),
    "quote_title": quote_title,
    "text_scalar": text_scalar,
    "names_in": names_in,
    "shown.names_in": lambda hostile: [
        names_in_element(page, one, shown_by(page, one)[0])
        for page in (f"<a>x{hostile}</a>".encode("utf-8", "replace"),)
        for one in elements(page, "a")
        if one.inner_end - one.inner_start < LONGEST_NAME
    ],
    "shown.names_in, long": lambda hostile: [
        names_in_element(page, one, "x") for page in (hostile.encode("utf-8", "replace"),) for one in elements(page, "a")
    ],
    "names_line": lambda text: names_line([text]),
    "read_fields": read_fields,
    "sample": lambda hostile: FrontMatterForm.of(f"---\n{hostile}\n---\n"),
    "characters.as_utf8": _bytes(as_utf8),
    "characters.shown": lambda hostile: shown(hostile.encode()),
    "characters.in_attribute": in_attribute,
    "characters.in_text": in_text,
    "characters.xml_text": _bytes(xml_text),
    "finews, body": page("body"),
    "finews, title": page("title"),
    "finews, tag": page("tag"),
    "finews, answer": companion,
    "finews.answer": _bytes(answer.read_answer, ["content", "text"]),
    "finews.footer": footer.split_footer,
    "finews.market_text": lambda hostile: text.market_text(hostile, None),
    "finews.rolling_text": lambda hostile: text.rolling_text(hostile, None),
    "finews.market_text, answer": lambda hostile: text.market_text(f"<p>a</p>{hostile}", hostile),
    "finews.article": lambda hostile: article.article(POST % hostile),
    "finews.canonical": lambda hostile: facts.canonical(URL + hostile),
    "finews.post_link": lambda hostile: facts.post_link(URL + hostile),
    "stock, body": stock("body"),
    "stock, title": stock("title"),
    "stock, behind": stock("tag"),
    "stock.canonical": lambda hostile: blog.canonical(HOME + hostile),
    "stock.kind": lambda hostile: blog.kind(HOME + hostile),
    "stock.post_link": lambda hostile: blog.post_link(HOME + "2022/03/01/" + hostile),
    "learn.name_lists.ids_in": _bytes(ids_in),
    "learn.name_lists.named": lambda hostile: named(hostile, "sea"),
    "learned_link.marks": lambda hostile: without_marks("a" + hostile),
    "text.read": lambda hostile: reading.read(finews, POST % hostile, URL, "a.md"),
    "text.read, HTML": lambda hostile: reading.read(blog, POST % hostile, HOME, "a.html"),
    "text.plain": lambda hostile: plain.plain_text(tree(as_html(hostile, is_html=True))),
    "text.markdown": lambda hostile: plain.markdown(tree(as_html(hostile, is_html=True))),
    "text.author": mentions.author,
    "text.author, behind what begins its line": lambda hostile: mentions.author(f"文{hostile}。。"),
    "text.language": language.language,
    "text.near": near.signature,
    "text.search": search.searchable,
    "text.search.match": search.match,
    "export.atom": _clean,
    "export.hugo": _article,
    "export.file_name": file_name,
    "export.term": term,
    "browse.sanitized": sanitized,
    "browse.web_address": web_address,
    "browse.excerpt": lambda hostile: excerpt(hostile, "a b 返回"),
    "report.printable": printable,
    "cdx": _bytes(cdx.read_page),
    "memento.original": lambda hostile: memento.original("http://web.test/web/20220301000000id_/" + hostile),
    "script_files.page": lambda hostile: list(script_files.files_of_page(b".json" + hostile.encode("utf-8", "replace"), HOME)),
    "script_files.script": lambda hostile: list(script_files.files_of_script(hostile.encode("utf-8", "replace"), HOME)),
    "search_list": lambda hostile: list(search_list.read_search_list(hostile.encode("utf-8", "replace"), HOME)),
    "byline.writer": byline.writer,
    "byline.label": byline.label,
    "rule_by_times": lambda hostile: rule_by_times({f"{hostile}/{day}/": f"2024-01-0{day}" for day in range(1, 6)}),
    "rule_behind_date": lambda hostile: rule_behind_date(
        {f"2024/01/0{day}/{hostile}/": f"2024-01-0{day}" for day in range(1, 6)}, {}
    ),
    "byline.says_who": byline.says_who,
    "byline.stands_beside_day": byline.stands_beside_day,
    "quoted.content_of": lambda hostile: quoted.content_of(
        f'<meta content="{hostile}" x">'.encode(), {"content": "", 'x"': ""}
    ),
    "requisites.page": _bytes(requisites.page_requisites, HOME),
    "requisites.srcset": lambda hostile: requisites.page_requisites(f'<img srcset="{hostile}">'.encode(), HOME),
    "requisites.style": _bytes(requisites.style_requisites, HOME),
    "redirects.stub_target": _bytes(redirects.stub_target, HOME),
    "redirects.read_redirects": lambda hostile: list(
        redirects.read_redirects(json.dumps({f"/{one}": HOME + one for one in hostile.split("a")}).encode(), HOME)
    ),
    "requisites.refresh": _bytes(requisites.refresh, HOME),
    "requisites.refresh, content": lambda hostile: requisites.refresh(
        f'<meta http-equiv=refresh content="{hostile}">'.encode(), HOME
    ),
    "generator": _bytes(generator),
    "document_kinds.feed_addresses": _bytes(feed_addresses, HOME),
    "document_kinds": lambda hostile: document_kind(HOME + hostile, hostile.encode(), hostile.encode()),
    "explore": lambda hostile: list(Explorer(HOME, str, ExploreLimits()).links(HOME, b"", [HOME + hostile, hostile])),
    "lastmod": lambda hostile: was_changed(
        hostile, datetime(2022, 3, 1, tzinfo=UTC), datetime(2022, 3, 2, tzinfo=UTC), is_new=True
    ),
    "robots": _bytes(robots_text.readable),
    "robots, rules": lambda hostile: robots_text.readable(f"User-agent: *\nDisallow: /{hostile}\n{hostile}".encode()),
    "retry_after": lambda hostile: retry_after.seconds(hostile.encode(), hostile.encode(), datetime(2022, 3, 1, tzinfo=UTC)),
    "warc.fields": _bytes(heads.fields_of),
    "warc.http_head": _bytes(heads.http_head),
    "warc.record": _response,
    "warc.unchunked": _bytes(content_encoding.unchunked),
    "warc.deflate, not encoded": _coded("deflate", bytes),
    "warc.gzip": _coded("gzip", gzip.compress),
    "warc.deflate": _coded("deflate", zlib.compress),
    "warc.gzip, cut": _coded("gzip", lambda data: gzip.compress(data)[:-9]),
    "warc.date": utc,
    "warc.digest": lambda hostile: digests.canonical_digest("sha1:" + hostile),
    "warc.file": _pieces(bytes),
    "warc.file, packed": _pieces(gzip.compress),
    "warc.quick_body": _bytes(reader.quick_body),
}


def read(name: str, hostile: str) -> None:
    """Let a reader read; that it refuses is right, too.

    :raises TypeError: if it is not called as it wants to be, or the like.
    """
    try:
        READERS[name](hostile)
    except (TypeError, AttributeError, ImportError):
        raise
    except Exception:  # noqa: BLE001 - each has its own
        return

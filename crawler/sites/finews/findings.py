"""What each rule of finews found of a post, at which bytes of which capture, and what is not certain about it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crawler.items import Exchange, Found
from crawler.markup.same_text import first_difference
from crawler.markup.source.front_matter import written_date
from crawler.sites.finews import facts
from crawler.sites.finews.answer import place_of
from crawler.sites.finews.footer import TAIL
from crawler.sites.finews.posts import edition
from crawler.sites.finews.rules import Decided, decide

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.sites.finews.page import FinewsPage

#: Characters that kramdown may have made of others, or of Markdown.
_AMBIGUOUS = re.compile("[\u201c\u201d\u2018\u2019\u2026\u2013\u2014'\"<&]")
_QUOTED = "Jekyll reads this name only in quotes or in a list; the page does not tell which of them the source had"
_CHANGED = "kramdown's changes undone"
#: What the site did with the answer's pairs of ideographic blanks.
_PAIRS = {"kept": ", pairs of U+3000 kept", "removed": ", without pairs of U+3000", "": ""}


def findings(parsed: FinewsPage, answer: Exchange | None) -> list[Found]:
    """Everything that a post is made of, in the order of its source; the same decisions made the post."""
    return list(_Findings(parsed, answer, decide(parsed, answer)).all())


@dataclass(frozen=True, slots=True)
class _Findings:
    parsed: FinewsPage
    answer: Exchange | None
    decided: Decided

    def all(self) -> Iterator[Found]:
        yield self._title()
        yield self._date()
        yield self._zone()
        yield self._categories()
        yield self._tags()
        yield from self._texts()
        yield from self._footer()
        yield Found("edition", edition(self.parsed.footer, self.decided.text, zone=self.decided.zone), "by all of these")

    # Places: characters of the content, or of the page's bytes

    def _content(  # noqa: PLR0913, PLR0917
        self, part: str, value: str, rule: str, span: tuple[int, int], doubt: str = "", assumed: str = ""
    ) -> Found:
        start, end = (self._byte(character) for character in span)
        return Found(part, value, rule, self.parsed.page, start, end, doubt, assumed)

    def _byte(self, character: int) -> int:
        parts = self.parsed.parts
        return parts.places.content[0] + len(parts.content[:character].encode())

    def _at(  # noqa: PLR0913, PLR0917
        self, part: str, value: str, rule: str, place: tuple[int, int], doubt: str = "", assumed: str = ""
    ) -> Found:
        return Found(part, value, rule, self.parsed.page, *place, doubt, assumed)

    def _group(self, name: str) -> tuple[int, int] | None:
        match = self.parsed.footer.match if self.parsed.footer else None
        return match.span(name) if match is not None and match[name] is not None else None

    # Front matter

    def _title(self) -> Found:
        doubt = ""
        if "title.escapes" in self.decided.assumed:
            doubt = "YAML reads this title back only if it is escaped; the page does not tell how the source escaped it"
        title = self.parsed.parts.title
        assumed = "title.escapes" if doubt else ""
        return self._at("title", title, "between <h1> and </h1>, as it stands", self.parsed.parts.places.title, doubt, assumed)

    def _date(self) -> Found:
        local = self.parsed.parts.local_time
        rule = "the line with the time, in the site's zone"
        return self._at("date", local.isoformat(" "), rule, self.parsed.parts.places.time)

    def _zone(self) -> Found:
        decided, local = self.decided, self.parsed.parts.local_time
        written = written_date(local, zone=decided.zone, offset=facts.ZONE)
        footer = self.parsed.footer
        if decided.kind == "notice":
            return Found("zone", f"none: {written}", "notices have none")
        if footer is None:
            doubt = "there are no back links to tell whether the date had a zone; most posts have one"
            return Found("zone", f"written: {written}", "as in most posts", doubt=doubt, assumed="date.zone")
        doubt = {
            "form": "",
            "either": f"back links of the form {footer.links} are in posts with and without a zone; most have one",
            "day-before": f"back links of the form {footer.links} are in posts with and without a zone; this ID has the "
            "day before the one shown, as IDs of posts without a zone do",
        }[decided.zone_rule]
        value = f"{'written' if decided.zone else 'none'}: {written}"
        rule = f"back links of the form {footer.links}"
        span = (footer.match.start(), footer.match.end()) if footer.match else (0, 0)
        return self._content("zone", value, rule, span, doubt, "date.zone" if doubt else "")

    def _categories(self) -> Found:
        decided, place = self.decided, self._group("listing")
        if decided.names.categories_from == "kind":
            return Found("categories", decided.names.categories, "as all posts of this kind")
        if decided.names.categories_from == "links" and place is not None:
            return self._content("categories", decided.names.categories, "the address of the link to the listing", place)
        if self.parsed.footer is None:
            doubt = "the page's address has them in lower case; there are no back links to tell how they were written"
            return Found("categories", decided.names.categories, "the page's address", doubt=doubt, assumed="categories.case")
        doubt = "" if place is None else "the back links have other names than the page's address, which Jekyll made"
        quoted = "categories.quotes" if "categories.quotes" in decided.assumed else ""
        doubt = _QUOTED if quoted else doubt
        return Found("categories", decided.names.categories, "the page's address, in lower case", doubt=doubt, assumed=quoted)

    def _tags(self) -> Found:
        place = self._group("tag")
        if self.decided.names.tags_from == "links" and place is not None:
            return self._content("tags", self.decided.names.tags, "the text of the link to the listing", place)
        quoted = "tags.quotes" if "tags.quotes" in self.decided.assumed else ""
        place, doubt = self.parsed.parts.places.tags, _QUOTED if quoted else ""
        return self._at("tags", self.decided.names.tags, "the line with the tags", place, doubt, quoted)

    # Text

    def _texts(self) -> Iterator[Found]:
        text = self.decided.text
        if text.digest is not None:
            part = "digest" if text.form in ("quoted", "plain") else "body"
            yield self._undone(part, text.digest)
        if text.digest is None or text.form in ("quoted", "body"):
            yield self._from_answer() if text.from_share else self._from_page()

    def _undone(self, part: str, span: tuple[int, int]) -> Found:
        html = self.parsed.parts.content[slice(*span)]
        doubt = ""
        if self.decided.text.guessed:
            found = _AMBIGUOUS.search(html)
            at = self._byte(span[0] + found.start()) if found else self._byte(span[0])
            sign = f" ({found[0]})" if found else ""
            doubt = f"from byte {at:,} on{sign} other Markdown would have given the same HTML; the likelier is taken"
        rule = f"HTML of the page, {_CHANGED}"
        return self._content(part, html, rule, span, doubt, "text.typography" if doubt else "")

    def _from_answer(self) -> Found:
        assert self.answer is not None
        article = self.decided.article or ""
        place = place_of(self.answer.body, article)
        rule = f"{place[0] if place else 'text'} of the answer{_PAIRS[self.decided.text.pairs]}"
        start, end = place[1:] if place else (None, None)
        return Found("body", article, rule, self.answer, start, end)

    def _from_page(self) -> Found:
        begins, html = self.decided.text.begins, self.parsed.html
        rule = "HTML of the page, as kramdown made it"
        doubt = self._why_not_answer() if html[begins:] else ""
        return self._content("body", html[begins:], rule, (begins, len(html)), doubt)

    def _why_not_answer(self) -> str:
        answer, decided = self.answer, self.decided
        html = "so the body is the page's HTML, which renders to the same page, and need not be what the source had"
        if decided.kind == "unknown":
            return f"the links at the end of the page were not recognised, and with them no share link; {html}"
        if answer is None:
            return f"no answer of a share host was captured; {html}"
        if decided.text.differs:
            article = decided.article or ""
            place = first_difference(self.parsed.html[decided.text.begins :], article)
            where = "in images alone, or at its end"
            if place is not None:
                where = f"from byte {self._byte(decided.text.begins + place):,} of the page on"
            return f"the share answer has another text than the page {where}; {html}"
        unread = next((note for note in decided.notes if note.startswith("answer-unreadable")), "")
        if unread:
            return f"the share answer cannot be read ({unread.partition(': ')[2]}); {html}"
        why = f"has status {answer.status}" if answer.status != 200 else "holds no article: the share has expired"  # noqa: PLR2004
        return f"the share answer {why}; {html}"

    def _footer(self) -> Iterator[Found]:
        footer = self.parsed.footer
        if footer is None:
            if self.decided.kind == "unknown":
                content = self.parsed.parts.content
                span = max(0, len(content) - TAIL), len(content)
                doubt = (
                    "neither a share link nor back links end the content, so the form of the source is not known and its "
                    "links are missing; all that the page shows is kept, and the text itself may be whole"
                )
                yield self._content("links", "none", "a share link and back links at the end", span, doubt)
            return
        share = self._group("share")
        if share is not None:
            doubt = next((f"it leads to {note}" for note in self.decided.notes if note.startswith("share-of-another")), "")
            yield self._content("share link", footer.share, "the first link behind the text", share, doubt)
        listing, home = self._group("listing"), self._group("home")
        if listing is not None and home is not None:
            span = min(listing[0], home[0]), max(listing[1], home[1])
            value = f"返回{footer.tag}{'｜' if footer.joint == '｜' else ' / '}返回首页"
            yield self._content("links", value, f"back links of the form {footer.links}", span)
        else:
            yield Found("links", "none", "posts of that time have a share link alone")

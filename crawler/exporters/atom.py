"""The newest posts as an Atom feed (RFC 4287)."""

from __future__ import annotations

import heapq
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from lxml import etree

from crawler import __version__
from crawler.exporters.formats import FORMATS
from crawler.exporters.output import open_again, open_file
from crawler.sites.site import Site

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from pathlib import Path

    from crawler.exporters.packing import Row
    from crawler.sites.site import Site

_ATOM = "http://www.w3.org/2005/Atom"
_SUMMARY = 300
_NEVER = "1970-01-01T00:00:00Z"


def write_atom(rows: Iterable[Row], target: Path, site: Site) -> int:
    """Write the hundred posts that were published last, with their text, and return their number.

    The same rows give the same feed.
    """
    home = ZoneInfo(site.zone)
    newest = heapq.nlargest(FORMATS["atom"].newest, rows, key=lambda row: (_time(row["date"], home), row["id"]))
    feed = etree.Element(f"{{{_ATOM}}}feed", nsmap={None: _ATOM})
    _add(feed, "id", f"tag:{site.listed_hosts[0]},2021:archive")
    _add(feed, "title", f"{site.name}: archived posts")
    _add(feed, "updated", max((_changed(row) for row in newest), default=_NEVER))
    _add(feed, "generator", "Backfile", version=__version__)
    _add(feed, "link", rel="alternate", href=site.home)
    _add(_add(feed, "author"), "name", site.listed_hosts[0])
    for row in newest:
        entry = _add(feed, "entry")
        _add(entry, "id", row["url"])
        _add(entry, "title", row["title"])
        _add(entry, "link", rel="alternate", href=row["url"])
        _add(entry, "published", _rfc3339(row["date"], home))
        _add(entry, "updated", _changed(row))
        for name in row["categories"]:
            _add(entry, "category", term=name)
        if row["author"] or row["source"]:
            _add(_add(entry, "author"), "name", row["author"] or row["source"])
        _add(entry, "summary", row["text"][:_SUMMARY])
        _add(entry, "content", row["text"], type="text")
    _write(feed, target)
    return len(newest)


def remove_from_atom(target: Path, ids: Collection[str], site: Site) -> int:
    """Write the feed anew without these posts, if it has any of them, and return how many it had."""
    parser = etree.XMLParser(remove_blank_text=True, resolve_entities=False, no_network=True, huge_tree=True)
    with open_again(target) as file:
        feed = etree.parse(file, parser).getroot()
    name = {what: f"{{{_ATOM}}}{what}" for what in ("entry", "id", "updated")}
    out = [entry for entry in feed.iter(name["entry"]) if site.post_id(entry.findtext(name["id"]) or "") in ids]
    for entry in out:
        feed.remove(entry)
    if out:
        left = [entry.findtext(name["updated"]) or "" for entry in feed.iter(name["entry"])]
        updated = feed.find(name["updated"])
        assert updated is not None
        updated.text = max(left, default=_NEVER)
        _write(feed, target)
    return len(out)


def _write(feed: etree._Element, target: Path) -> None:
    with open_file(target) as out:
        out.write(etree.tostring(feed, xml_declaration=True, encoding="utf-8", pretty_print=True))


def _time(text: str, home: ZoneInfo) -> datetime:
    """The time that a text names; without an offset it is in the site's zone."""
    time = datetime.fromisoformat(text)
    return time if time.tzinfo else time.replace(tzinfo=home)


def _rfc3339(text: str, home: ZoneInfo) -> str:
    """The time in the form of RFC 3339. Its offsets have whole minutes, while old local times had seconds, too."""
    time = _time(text, home)
    offset = time.utcoffset() or timedelta()
    whole = timedelta(minutes=offset // timedelta(minutes=1))
    return (time.replace(tzinfo=None) - (offset - whole)).replace(tzinfo=timezone(whole)).isoformat()


def _changed(row: Row) -> str:
    """The time of the capture from which the post's present version was made."""
    return datetime.fromisoformat(row["last_seen"]).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _add(parent: etree._Element, name: str, text: str | None = None, **attributes: str) -> etree._Element:
    element = etree.SubElement(parent, f"{{{_ATOM}}}{name}", {key: _clean(value) for key, value in attributes.items()})
    element.text = None if text is None else _clean(text)
    return element


def _clean(text: str) -> str:
    """The text without the characters that XML 1.0 does not allow."""
    return "".join(
        char
        for char in text
        if char in "\t\n\r" or "\x20" <= char <= "\ud7ff" or "\ue000" <= char <= "\ufffd" or char > "\uffff"
    )

"""``python -m tests.dictionary``: write the tables of docs/data.md anew."""

from __future__ import annotations

from crawler.exporters.schemas import filled
from tests.replica.crawl import PROJECT

DICTIONARY = PROJECT / "docs" / "data.md"

if __name__ == "__main__":
    DICTIONARY.write_text(filled(DICTIONARY.read_text("utf-8")), "utf-8")

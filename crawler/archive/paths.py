"""What the files and folders of an archive are called: ``ARCHIVE_ROOT/SITE/…``. No other module spells them."""

from __future__ import annotations

#: One line a post, and a run's lines that are not among them yet.
INDEX, JOURNAL = "index.jsonl", "index.changes.jsonl"
#: What was captured when and where, and what SQLite keeps beside it.
CATALOG = "catalog.sqlite"
CATALOG_FILES = (CATALOG, f"{CATALOG}-wal", f"{CATALOG}-shm")
#: The folders of WARC files, source posts and run reports.
CAPTURES, POSTS, RUNS = "captures", "_posts", "runs"
#: What every WARC file's name ends with.
WARC = ".warc.gz"
#: An empty file in the folder of run reports, whose time tells when somebody was told of a run that could write none.
TOLD = "told-without-report"
#: Which posts were taken out for good.
FORGOTTEN = "forgotten.jsonl"
#: Signatures of texts, for exports.
SIGNATURES = "signatures.sqlite"
#: The page of ``scrapy report``.
REPORT = "report.html"
#: Who writes to the archive.
LOCK = ".lock"
#: In an archive while a rebuild is under way.
STAGE = ".rebuild"
#: All files that an archive may have at its top.
FILES = (INDEX, JOURNAL, *CATALOG_FILES, FORGOTTEN, SIGNATURES, REPORT, LOCK)

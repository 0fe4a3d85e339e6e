"""What the files and folders of an archive are called, below ``ARCHIVE_ROOT/SITE/``. No other module spells them."""

from __future__ import annotations

#: One line a post, and beside it a run's lines that are not among them yet.
INDEX, JOURNAL = "index.jsonl", "index.changes.jsonl"
#: What was captured when and where, and what SQLite keeps beside it.
CATALOG = "catalog.sqlite"
CATALOG_FILES = (CATALOG, f"{CATALOG}-wal", f"{CATALOG}-shm")
#: The folders of WARC files, source posts and run reports; what every WARC file's name ends with.
CAPTURES, POSTS, RUNS, WARC = "captures", "_posts", "runs", ".warc.gz"
#: Beside the reports, empty: its time tells when somebody was told of a run that could write none.
TOLD = "told-without-report"
#: Posts that were taken out for good; signatures of texts, for exports; the page of ``scrapy report``; who writes.
FORGOTTEN, SIGNATURES, REPORT, LOCK = "forgotten.jsonl", "signatures.sqlite", "report.html", ".lock"
#: While a rebuild is under way.
STAGE = ".rebuild"
#: All files that an archive may have at its top.
FILES = (INDEX, JOURNAL, *CATALOG_FILES, FORGOTTEN, SIGNATURES, REPORT, LOCK)

"""The names of an archive's files and folders below ``ARCHIVE_ROOT/SITE/``. No other module spells them."""

from __future__ import annotations

#: The index, and the journal with lines that are not in it yet.
INDEX, JOURNAL = "index.jsonl", "index.changes.jsonl"
#: The catalog, and the files that SQLite keeps beside it; the last for a moment, before the database is in WAL mode.
CATALOG = "catalog.sqlite"
CATALOG_FILES = (CATALOG, f"{CATALOG}-wal", f"{CATALOG}-shm", f"{CATALOG}-journal")
#: The folders of WARC files, source posts and run reports; the suffix of every WARC file.
CAPTURES, POSTS, RUNS, WARC = "captures", "_posts", "runs", ".warc.gz"
#: An empty file beside the run reports: its time is that of the last alert about a run that could not write its report.
ALERT_SENT = "told-without-report"
#: Posts that must stay out; what exports have read out of posts; the page of ``scrapy report``; the lock file.
FORGOTTEN, READINGS, REPORT, LOCK = "forgotten.jsonl", "readings.sqlite", "report.html", ".lock"
#: The readings, and the file that SQLite keeps beside them while it writes.
READING_FILES = (READINGS, f"{READINGS}-journal")
#: What earlier versions had in place of the readings.
SIGNATURE_FILES = ("signatures.sqlite", "signatures.sqlite-journal")
#: What was learned of a site that nobody declared, with its evidence; a person may edit it.
SITE = "site.toml"
#: The folder in which a rebuild works, and the one with a folder for each worker of a crawl by several.
STAGE, WORKERS = ".rebuild", "workers"
#: All files that an archive may have at its top.
FILES = (INDEX, JOURNAL, *CATALOG_FILES, FORGOTTEN, *READING_FILES, *SIGNATURE_FILES, REPORT, LOCK, SITE)

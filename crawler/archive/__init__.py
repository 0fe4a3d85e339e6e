"""An archive on disk: captures (WARC), catalog (SQLite), index (JSON lines) and source posts."""

"""Source posts as Markdown files, and the JSONL index."""

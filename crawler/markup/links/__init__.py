"""What a page leads to: its links, the addresses in them, and what kinds of documents these are."""

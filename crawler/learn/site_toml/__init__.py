"""``site.toml``: written with its evidence, read, and checked where a person edited it."""

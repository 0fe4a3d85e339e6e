"""Sites that nobody described: each is filled from the ``site.toml`` of its archive."""

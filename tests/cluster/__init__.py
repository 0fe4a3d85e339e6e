"""Several workers on one site: with the real redis-server, and the real kill -9."""

"""Several workers that crawl one site together: their frontier is in Redis, and each captures into files of its own."""

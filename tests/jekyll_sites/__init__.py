"""Six small sites of our own, built by the real Jekyll: what any site is learned from, and the truth that is held against it."""

"""Sites out of web archives: which captures they have (CDX), and what a replayed one was (Memento)."""

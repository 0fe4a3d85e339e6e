"""What a run shows to people: the log, one line for each error, and its progress."""

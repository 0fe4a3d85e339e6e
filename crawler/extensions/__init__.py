"""Around a run: the archive's opening and closing, the run report, plain logs, progress."""

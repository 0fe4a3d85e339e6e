"""Run reports, the status of an archive, and the page with its history."""

"""Whether files, index, catalog and captures of an archive agree."""

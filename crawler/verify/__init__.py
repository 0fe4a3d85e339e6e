"""Proving an archive: files, index, catalog, captures and Jekyll's own rendering say the same."""

"""The catalog: an SQLite database of captures and posts, which can be made again of the captures."""

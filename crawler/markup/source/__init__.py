"""Source posts: front matter and body, read and written."""

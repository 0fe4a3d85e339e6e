"""A site's settings of kramdown: which there are, and what tells each."""

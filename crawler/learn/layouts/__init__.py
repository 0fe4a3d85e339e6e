"""Where the contents of posts stand in the pages of each layout."""

"""What a stock Jekyll site shows in its pages, and the posts that it tells of."""

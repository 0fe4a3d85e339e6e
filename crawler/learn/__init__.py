"""What the captured pages of a Jekyll site tell about it: which of them are posts, and where each shows what."""

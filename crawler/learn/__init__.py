"""What the captured pages of a site tell of how it was built."""

"""Every function that reads a stranger's bytes takes time in proportion to them."""

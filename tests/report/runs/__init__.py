"""What runs tell of themselves."""

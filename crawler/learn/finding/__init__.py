"""Which captured pages are posts, what lists tell of them, and what leads on to them."""

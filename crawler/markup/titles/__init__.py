"""Titles as their authors typed them, told by what pages, feeds and heads show of them."""

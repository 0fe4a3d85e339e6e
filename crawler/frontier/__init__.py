"""What to ask a site next: which listings can hold anything unseen, when to look at a page again."""

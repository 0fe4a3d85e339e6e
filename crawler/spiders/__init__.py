"""Which links to follow, in which order; nothing about formats."""

"""What a source post says, for those who read or search it: plain text, Markdown, who wrote it, what it mentions."""

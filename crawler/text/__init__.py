"""What is read out of a source post: plain text, language, mentions, near duplicates."""

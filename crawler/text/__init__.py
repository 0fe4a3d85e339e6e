"""A source post -> what is read out of it: plain text, language, mentions, near duplicates."""

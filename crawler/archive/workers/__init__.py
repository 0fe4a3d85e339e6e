"""Workers that capture one site together, and how their captures and posts are brought together."""

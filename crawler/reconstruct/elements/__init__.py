"""Each kind of element of a rendered content -> Markdown, as kramdown reads it."""

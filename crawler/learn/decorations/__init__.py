"""What layouts put into contents, told from contents: it is the same at all places of a kind, and no Markdown makes it."""

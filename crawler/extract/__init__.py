"""Page or answer -> fields: pure functions of bytes."""

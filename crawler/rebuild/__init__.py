"""Fields -> source post, byte for byte: pure functions."""

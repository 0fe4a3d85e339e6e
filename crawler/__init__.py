"""Backfile: archives news sites built with Jekyll and gives their source posts back."""

__version__ = "0.1.0"

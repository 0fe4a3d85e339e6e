"""Runs the readers of strangers' bytes on whatever atheris makes up."""

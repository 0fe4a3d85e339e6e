"""Benchmarks of whole commands: ``python -m benchmarks``."""

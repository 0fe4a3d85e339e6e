"""The item pipelines of a run: derive posts, write them, capture their pictures."""

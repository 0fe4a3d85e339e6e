"""Rebuilding many posts at once: scan, plan, chunks, merge; in processes or on a Dask cluster."""

"""Many posts at once: scan, chunk, merge, workers, Dask."""

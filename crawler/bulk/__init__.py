"""Many posts at once, offline: captures of any origin in, source posts, index and catalog out."""

"""What runs did, and whether all is well."""

"""Runs of a spider: what each did, whether the site still is what it was, and who is told."""

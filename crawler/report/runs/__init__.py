"""Run reports: counted while a run goes, written at its end, read back, told of."""

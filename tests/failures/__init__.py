"""Every command against every failure: what it says, what it ends with, and that it spoils nothing."""

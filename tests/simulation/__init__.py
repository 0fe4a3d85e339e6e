"""Weeks in the life of a finews, in minutes: posts appear, are edited and expire while runs come, fail to come, and are killed."""

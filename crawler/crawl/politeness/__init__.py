"""What servers ask of a run: robots.txt, delays, waits; and hosts that have stopped answering are left alone."""

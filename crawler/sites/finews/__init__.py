"""finews: a mirror of Chinese finance news that deletes every post after three days."""

"""What happens to a post between spider and disk: validate, normalise, write."""

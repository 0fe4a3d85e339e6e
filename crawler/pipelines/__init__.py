"""What happens to a post between spider and disk: derive, write."""

"""What a release tells others: made once, frozen, and sent at most once."""

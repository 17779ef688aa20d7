"""What a deploy says, for a person and for a machine."""

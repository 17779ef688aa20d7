"""What does not fit together in the recorded history of a project."""

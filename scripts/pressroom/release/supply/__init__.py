"""What goes beside the files of a release: how they were made, and what they bundle."""

"""Releases: a list of steps from a changelog to what is published, resumed by asking the world."""

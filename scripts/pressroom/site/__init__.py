"""Putting the slices together into sites: the MkDocs plugin, the page shell, feeds, checks of what was built."""

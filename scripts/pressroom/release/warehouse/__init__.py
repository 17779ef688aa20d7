"""A package index on this machine that accepts and refuses what PyPI accepts and refuses."""

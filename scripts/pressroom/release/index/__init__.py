"""A package index: what it shows, files into it exactly once, and the token that this needs."""

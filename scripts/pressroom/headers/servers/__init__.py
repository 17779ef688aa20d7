"""The configuration of each kind of server, rendered from one Setup."""

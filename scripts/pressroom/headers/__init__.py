"""The headers of every response: one policy, a configuration for each kind of server, and the proof."""

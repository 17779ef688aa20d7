"""Content Security Policies as the Observatory takes them: apart, and all of a page together."""

"""Addresses that were published once: what answers for them now."""

"""A changelog's model in, HTML out."""

"""The files of a Python release: built twice from a commit, compared, installed."""

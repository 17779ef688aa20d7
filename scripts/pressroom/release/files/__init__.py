"""The files server: what a release puts into a folder for everybody, its signatures and its sums."""

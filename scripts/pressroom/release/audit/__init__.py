"""The files of a release, judged before anybody can see them."""

"""The source tarball of a C or Perl release: made twice from a commit, compared, judged, tried."""

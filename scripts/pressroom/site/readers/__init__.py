"""The readers' site: lists, a page a reader, charts, files for machines, and what a release added."""

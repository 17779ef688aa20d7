"""A changelog here beside the one of the project itself: where they differ, and either side mended."""

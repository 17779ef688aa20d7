"""Publish everything about your projects from one repository: sites, blog, releases, headers."""

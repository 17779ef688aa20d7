"""Changelogs: one Markdown file a project, read once, shown, announced and checked from one model."""

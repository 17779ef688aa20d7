"""A project's own changelog brought into our format: read, turned into our Markdown, merged, and no word lost."""

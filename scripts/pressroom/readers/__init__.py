"""Card readers: the table that people edit, what the importer finds in a driver tree, and what both say."""

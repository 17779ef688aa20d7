"""Posts that people write: what one is, what is wrong with it, and what it has to do with the others."""

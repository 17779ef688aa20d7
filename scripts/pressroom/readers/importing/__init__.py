"""A driver's tree into the table: what it adds, what is different, and what people are told."""

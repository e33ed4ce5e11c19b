"""Project files: JSON with places in every complaint, the schema, atomic writes, recovery."""

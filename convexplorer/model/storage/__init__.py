"""Project files: the JSON reader and writer, the schema, migrations, tensors, atomic writes, and crash recovery."""

"""Two threads and the slots between them, without Qt."""

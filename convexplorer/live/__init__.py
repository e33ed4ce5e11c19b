"""The player and the engine: threads, and the slots between them, without Qt."""

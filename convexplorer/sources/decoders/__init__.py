"""Decoders of picture files: one module per library or format."""

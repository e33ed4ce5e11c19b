"""Picture files to arrays: one module for each reader."""

"""Small controls that are independent of the project."""

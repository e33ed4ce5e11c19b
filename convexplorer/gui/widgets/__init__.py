"""Small controls that know no project."""

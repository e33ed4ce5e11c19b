"""From the file of a trained network to layers of a project."""

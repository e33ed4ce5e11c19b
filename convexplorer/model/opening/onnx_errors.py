"""What is raised for a node that becomes no layer."""


class NotComputed(ValueError):
    """A node becomes no layer; the text goes on behind its name: "reads a constant where maps belong"."""

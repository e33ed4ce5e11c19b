"""What is raised for a file of a network that cannot be read."""


class NetworkFileError(ValueError):
    """A file of a trained network cannot be read; the message is a sentence that names the place in the file."""

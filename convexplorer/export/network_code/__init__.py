"""A network as code of Keras 3 or PyTorch that a reader can go on with, its weights in a file beside it."""

"""ConvExplorer: see what a convolution sees."""

__version__ = "0.1.0"

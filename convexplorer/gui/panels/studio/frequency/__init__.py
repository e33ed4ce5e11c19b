"""The desk on which a kernel is made from a wanted response."""

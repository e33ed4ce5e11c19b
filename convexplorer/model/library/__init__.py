"""The user's own kernels and banks: plain TOML files in a folder, to version and to share.

The files are those of `resources/kernels` with tags, notes, biases, banks and how a kernel was made.
"""

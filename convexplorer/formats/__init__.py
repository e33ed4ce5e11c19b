"""Files of trained networks, read without the frameworks that write them: tensors, modules and graphs as values.

Nothing in a file is executed, and nothing is allocated before its size has been compared with that of the file.
"""

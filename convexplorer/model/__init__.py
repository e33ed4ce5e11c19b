"""The user's decisions as plain values: a description of the project that opens no file and computes no map."""

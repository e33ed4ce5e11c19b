"""What a unit looks for: the places that excite it most, and the numbers of a bank over many pictures."""

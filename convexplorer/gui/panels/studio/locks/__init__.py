"""Locks on the kernel of the studio: a row of switches, for every desk."""

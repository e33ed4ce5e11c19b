"""Widgets that show two maps against each other."""

"""Tests of the differences of two networks."""

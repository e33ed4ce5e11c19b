"""Values without places as named bars."""

"""Qt: shows state, sends edits, decides nothing."""

"""What the person has decided: descriptions that never open a file and never compute."""

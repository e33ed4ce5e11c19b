"""Scripts that make files by the frameworks: they need these, and hold no tests."""

collect_ignore_glob = ["make_*.py", "train_*.py", "check_*.py"]

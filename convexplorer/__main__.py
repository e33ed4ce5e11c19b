"""Lets `python -m convexplorer` do what the console command does."""

import sys

from convexplorer.cli import main

if __name__ == "__main__":
    sys.exit(main())

"""The entry point of `python -m convexplorer`, equivalent to the console command."""

import sys

from convexplorer.cli import main

if __name__ == "__main__":
    sys.exit(main())

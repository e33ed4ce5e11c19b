"""The entry point of `python -m convexplorer`, equivalent to the console command."""

from convexplorer.cli import run

if __name__ == "__main__":
    run()

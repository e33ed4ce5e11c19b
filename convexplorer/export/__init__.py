"""Files that leave the program: pictures, arrays, banks, animations and videos, each written whole or not at all."""

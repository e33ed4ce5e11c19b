"""What the studio draws: the kernel with handles, its response, what it makes of test patterns."""

"""What layers answer about one value: the window it reads, its trace, and its gradient carried back."""

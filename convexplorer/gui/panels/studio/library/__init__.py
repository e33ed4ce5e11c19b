"""The user's own kernels and banks: the list, what one holds, and the form that keeps one."""

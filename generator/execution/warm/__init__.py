"""Python kernels that are forked from a process which has imported ipykernel already."""

"""The output folder: staged beside it, swapped once."""

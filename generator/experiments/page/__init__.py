"""Runs in a page: a block as its author wrote it becomes a figure of table and drawings."""

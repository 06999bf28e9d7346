"""Sources → documents: front matter, cells, prose and outputs, one file at a time."""

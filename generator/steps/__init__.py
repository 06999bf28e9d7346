"""One module per workflow step; `python -m generator.steps NAME` is the door."""

"""Notebooks → bodies, through nbconvert. Home of nbconvert."""

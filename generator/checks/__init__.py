"""Findings: links, the state of notebooks, what differs from a run, leaks, accessibility of content."""

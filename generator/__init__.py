"""inkmill: a repository of notebooks and Markdown becomes a published blog."""

__version__ = "0.1.0"

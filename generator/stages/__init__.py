"""The steps of a build that touch more than one room."""

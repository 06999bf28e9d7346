"""_config.yml as frozen plain values, and the slices other rooms take of it."""

"""All documents together: permalinks, collisions, links, taxonomy, chronology."""

"""GitHub: its API, the gate of previews, comments and issues of ours, and branches that we write."""

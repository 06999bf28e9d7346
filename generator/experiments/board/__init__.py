"""A leaderboard: runs ranked, in several orders, and how the best moved."""

"""Where outputs come from: what is committed, or what a kernel makes."""

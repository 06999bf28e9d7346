"""What a build remembers: the store, the state and the lock."""

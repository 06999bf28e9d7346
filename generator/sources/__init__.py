"""What lies on the disk and what git says of it."""

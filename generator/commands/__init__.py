"""What commands need beside one call."""

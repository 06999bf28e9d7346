"""Every type that crosses rooms: frozen values, one per stage."""

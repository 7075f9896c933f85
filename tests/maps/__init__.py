"""What the map and the pack promise."""

"""A simulated election day: invented observers with real keys, over real HTTP, on networks that fail."""

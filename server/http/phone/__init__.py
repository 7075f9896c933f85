"""For enrolled phones."""

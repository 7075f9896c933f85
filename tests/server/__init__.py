"""What the server promises."""

"""Schemas describe what crosses a boundary, one noun a file."""

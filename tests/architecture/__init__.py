"""The layout fails the build when it lies."""

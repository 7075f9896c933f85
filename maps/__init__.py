"""Maps draw: geometry and pictures from plain values."""

"""Runs what proves each promise, one command after the other, and writes down what was seen."""

"""Sanad seen from outside: what is measured, when it is worrying, and who is told."""

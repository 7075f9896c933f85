"""Puts the evidence of one report together for strangers to check: what was signed, and where it was logged."""

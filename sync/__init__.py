"""Sync decides: how replicas come to hold the same entries."""

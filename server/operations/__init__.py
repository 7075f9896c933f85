"""Verbs: each joins two or more of core, database, disk, clock and key, in one transaction."""

"""Checks a log, a copy of a data folder or a custody export again, with the server's own code."""

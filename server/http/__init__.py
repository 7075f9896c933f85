"""Speaks HTTP: one folder an audience, because audiences are trust zones."""

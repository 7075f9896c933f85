"""The hour after the stations close: every phone of a country comes back at once, and it must pass quietly."""

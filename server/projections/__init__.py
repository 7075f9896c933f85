"""Tables that can be thrown away and rebuilt from entries: table, fold and queries in one file."""

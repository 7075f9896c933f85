"""The server does: it wires the core to HTTP, database, disk and clock."""

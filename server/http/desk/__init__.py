"""For signed-in staff of an organisation."""

"""Examples that Python and TypeScript both pass; make.py writes them down."""

"""`python -m server.cli`: the same command where no script is installed."""

from server.cli import main

main(prog_name="sanad")

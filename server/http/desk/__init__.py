"""For signed-in staff of an organisation."""

from flask import Blueprint

from server.http.desk.layout import layout

# One blueprint a page family; each names its own routes and their access.
DESK: tuple[Blueprint, ...] = (
    layout,
)

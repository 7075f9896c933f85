"""For signed-in staff of an organisation."""

from flask import Blueprint

from server.http.desk.account import account
from server.http.desk.custody import custody
from server.http.desk.governorate import governorate_pages
from server.http.desk.home import home_pages
from server.http.desk.imports import imports
from server.http.desk.incidents import incidents
from server.http.desk.layout import layout
from server.http.desk.map import map_pages
from server.http.desk.observers import observers
from server.http.desk.photos import photos
from server.http.desk.quarantine import quarantine
from server.http.desk.reports import reports
from server.http.desk.staff import staff
from server.http.desk.stations import stations
from server.http.desk.tapes import tapes
from server.http.desk.watch import watch_pages

# One blueprint a page family; each names its own routes and their access.
DESK: tuple[Blueprint, ...] = (
    layout,
    home_pages,
    map_pages,
    governorate_pages,
    incidents,
    reports,
    custody,
    stations,
    tapes,
    quarantine,
    photos,
    observers,
    imports,
    watch_pages,
    staff,
    account,
)

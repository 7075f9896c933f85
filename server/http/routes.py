"""Every route of the server by audience, and what surrounds them: gate, headers, problems."""

from __future__ import annotations

from flask import Flask

from server.http import answers, gate, headers
from server.http.desk import DESK
from server.http.phone import PHONE
from server.http.public import PUBLIC


def add(app: Flask) -> None:
    for blueprint in (*PHONE, *DESK, *PUBLIC):
        app.register_blueprint(blueprint)
    app.before_request(gate.admit)
    gate.refuse_cross_site(app)
    app.after_request(headers.add_headers)
    answers.handle_errors(app)
    answers.add_words(app)

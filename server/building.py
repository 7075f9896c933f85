"""Puts the application together: database, key, photo store, writer, routes, gate and headers."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import Engine
from werkzeug.middleware.proxy_fix import ProxyFix

from server import tables  # noqa: F401  (every table must be known before the engine is made)
from server.access import refuse_undeclared
from server.carrier import Carrier
from server.clock import Clock
from server.config import Settings
from server.database import db
from server.database.engine import engine_options, prepare
from server.follower import Follower
from server.log_keys import open_log_keys
from server.log_store import LogStore
from server.object_store import ObjectStore
from server.pacing import Pacing
from server.packs import load_pack
from server.photo_store import PhotoStore, forget_former_uploads
from server.running import Running
from server.s3_photos import S3Photos
from server.sequencer import Cosigner, Sequencer
from server.server_key import open_key
from server.writer import Writer
from sync.policy import NOBODY, read_policy

# What a desk form or an uploaded list may weigh; the phone's own endpoints set their own, lower limits.
LARGEST_REQUEST_BYTES = 64 * 1024 * 1024


def build_app(settings: Settings, clock: Clock | None, follow: bool) -> Flask:
    """The whole server: what it holds, every route, the gate before them, and the threads beside them."""
    # A command has no routes and starts without what they import.
    from server.http import routes
    from server.http.phone.express import Express
    from server.http.request_lines import RequestsTold

    app = hold(settings, clock)
    held: Running = app.extensions["sanad"]
    forget_former_uploads(settings.folder / "uploads", settings.upload_folder)
    app.wsgi_app = Express(app)  # type: ignore[method-assign]
    if settings.proxies:
        # Otherwise everybody seems to come from the proxy, and a stranger's guesses keep the whole desk out.
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies)  # type: ignore[method-assign]
    app.wsgi_app = RequestsTold(app.wsgi_app, bool(settings.proxies))  # type: ignore[method-assign]
    routes.add(app)
    refuse_undeclared(app)
    if follow:
        Follower(held).start()
        Sequencer(held).start()
        if held.policy.witnesses:
            Cosigner(held).start()
        if settings.bucket:
            Carrier(held).start()
    return app


def hold(settings: Settings, clock: Clock | None) -> Flask:
    """An application without routes, for commands: it binds the database to what a running server holds."""
    settings.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    app = Flask("server", static_folder=None, template_folder="templates")
    app.config.update(
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(settings.database_url),
        MAX_CONTENT_LENGTH=LARGEST_REQUEST_BYTES,
        MAX_FORM_MEMORY_SIZE=1024 * 1024,
        MAX_FORM_PARTS=2000,
    )
    db.init_app(app)
    with app.app_context():
        engine = db.engine
        prepare(engine)
    app.extensions["sanad"] = _running(settings, clock or Clock(), engine)
    return app


def _photo_store(settings: Settings) -> PhotoStore:
    if settings.bucket is None:
        return PhotoStore(settings.photo_folder, settings.upload_folder)
    return S3Photos(settings.photo_folder, settings.upload_folder, ObjectStore(settings.bucket))


def _running(settings: Settings, clock: Clock, engine: Engine) -> Running:
    from threading import Event

    committed = Event()
    key = open_key(settings.key_file)
    return Running(
        settings=settings,
        clock=clock,
        pack=load_pack(settings.pack),
        engine=engine,
        photo_store=_photo_store(settings),
        key=key,
        log_store=LogStore(settings.log_folder),
        log_keys=open_log_keys(settings.log_key_file, key),
        policy=read_policy(settings.witnesses_file.read_text()) if settings.witnesses_file else NOBODY,
        writer=Writer(engine, settings.folder / "write.lock", committed.set),
        pacing=Pacing(clock),
        committed=committed,
    )

"""Tables of record: what cannot be rebuilt, and the questions asked of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import sqlalchemy
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import MetaData
from sqlalchemy.orm import DeclarativeBase, Session


class Base(DeclarativeBase):
    """Every table; constraints are named so that a migration on either database can find them again."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class Database(SQLAlchemy):
    """Flask-SQLAlchemy, its request-bound session seen as the session it is."""

    if TYPE_CHECKING:
        session: Session  # type: ignore[assignment]


db = Database(model_class=Base, disable_autonaming=True)
if TYPE_CHECKING:

    class Table(Base):
        """What every table class inherits, as a type checker can follow it."""

        __abstract__ = True
        __table__: ClassVar[sqlalchemy.Table]

        def __init__(self, **values: object) -> None: ...
else:
    Table = db.Model

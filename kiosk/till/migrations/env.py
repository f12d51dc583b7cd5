"""Runs the revisions over the writing engine, in one transaction, all or nothing."""

from __future__ import annotations

from alembic import context

from ledger.db import writer_engine
from ledger.tables import metadata

engine = writer_engine(context.config.attributes["database"])
try:
    with engine.connect() as connection:
        context.configure(connection=connection, target_metadata=metadata)
        with context.begin_transaction():
            context.run_migrations()
finally:
    engine.dispose()

"""The schema's revisions, run by alembic."""

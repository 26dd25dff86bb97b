"""Alembic's steps for central's database."""

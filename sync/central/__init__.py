"""The reference central server: FastAPI and SQLAlchemy on SQLite or PostgreSQL."""

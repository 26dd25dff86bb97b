"""The two SQLite files of the till. SQLAlchemy stops here."""

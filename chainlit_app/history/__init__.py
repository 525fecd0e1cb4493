"""Conversations that survive: kept on SQLite by default, on PostgreSQL by one setting."""

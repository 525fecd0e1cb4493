"""The tables of the history, for SQLite and PostgreSQL alike. Times are seconds since 1970, in UTC."""

from sqlalchemy import (
    BigInteger,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

VERSION = 1  # goes up with each change that an older Sextant could not read

metadata = MetaData()

_KEY = BigInteger().with_variant(Integer, "sqlite")  # only an INTEGER counts up by itself in SQLite

version = Table("sextant_version", metadata, Column("version", Integer, primary_key=True))

conversations = Table(
    "sextant_conversations",
    metadata,
    Column("key", _KEY, primary_key=True, autoincrement=True),
    Column("owner", Text, nullable=False),  # nothing is ever looked for without it
    Column("id", Text, nullable=False),
    Column("name", Text, nullable=False),  # what its reader calls it; empty: by its first question
    Column("began", Double, nullable=False),
    Column("changed", Double, nullable=False),
    UniqueConstraint("owner", "id"),
    Index("sextant_conversations_newest", "owner", "changed"),
)

turns = Table(
    "sextant_turns",
    metadata,
    Column("conversation", ForeignKey(conversations.c.key, ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True),  # 1, 2, 3: their order
    Column("id", Text, nullable=False),
    Column("began", Double, nullable=False),
    Column("question", Text, nullable=False),
    Column("answer", Text, nullable=False),
    Column("record", Text),  # JSON, archive.TurnRecord without rows; none: it was not answered to its end
    Column("feedback", Text),  # JSON, archive.FeedbackRecord
)

sources = Table(
    "sextant_sources",
    metadata,
    Column("conversation", ForeignKey(conversations.c.key, ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("turn", Integer, nullable=False),  # turns.number
    Column("count", Integer, nullable=False),  # of its rows
    Column("first", LargeBinary, nullable=False),  # zlib of JSON, archive.TableRecord: what a model was shown
    Column("rows", LargeBinary, nullable=False),  # the same with all rows
)

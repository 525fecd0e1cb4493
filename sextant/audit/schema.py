"""The tables of the audit, for SQLite and PostgreSQL alike, and what keeps their rows from being changed by mistake."""

from sqlalchemy import DDL, BigInteger, Column, Double, Index, Integer, MetaData, Table, Text, event

VERSION = 1  # goes up with each change that an older Sextant could not read

metadata = MetaData()

rows = Table(
    "sextant_audit",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("at", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("roles", Text, nullable=False),
    Column("method", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("rows", BigInteger),
    Column("seconds", Double),
    Column("mode", Text),
    Column("outcome", Text, nullable=False),
    Column("request", Text),
    Column("previous", Text, nullable=False),
    Column("hash", Text, nullable=False),
    Index("sextant_audit_at", "at"),
)

head = Table(
    "sextant_audit_head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),  # always 1
    Column("version", Integer, nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("hash", Text, nullable=False),
    Column("removed", BigInteger, nullable=False),
    Column("removed_hash", Text, nullable=False),
    Column("seal", Text, nullable=False),
)

# Who may write to the database can take these away as well: they are for mistakes, the hashes are for the rest.
_SQLITE = (
    """CREATE TRIGGER sextant_audit_stays BEFORE UPDATE ON sextant_audit
    BEGIN SELECT RAISE(ABORT, 'rows of the audit are never changed'); END""",
    """CREATE TRIGGER sextant_audit_grows BEFORE DELETE ON sextant_audit
    WHEN OLD.number > coalesce((SELECT removed FROM sextant_audit_head), -1)
    BEGIN SELECT RAISE(ABORT, 'rows of the audit are never deleted but by its retention'); END""",
)
_POSTGRESQL = (
    """CREATE OR REPLACE FUNCTION sextant_audit_kept() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE' AND OLD.number <= coalesce((SELECT removed FROM sextant_audit_head), -1) THEN
            RETURN OLD;
        END IF;
        RAISE EXCEPTION 'rows of the audit are never changed, nor deleted but by its retention';
    END $$""",
    """CREATE TRIGGER sextant_audit_stays BEFORE UPDATE OR DELETE ON sextant_audit
    FOR EACH ROW EXECUTE FUNCTION sextant_audit_kept()""",
    """CREATE TRIGGER sextant_audit_whole BEFORE TRUNCATE ON sextant_audit
    FOR EACH STATEMENT EXECUTE FUNCTION sextant_audit_kept()""",
)
for _dialect, _lines in (("sqlite", _SQLITE), ("postgresql", _POSTGRESQL)):
    for _line in _lines:
        _ddl = DDL(_line)  # type: ignore[no-untyped-call]
        event.listen(rows, "after_create", _ddl.execute_if(dialect=_dialect))

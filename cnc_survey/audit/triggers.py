"""What makes the log append-only whoever writes to the database: triggers, on each engine in its own words."""

from datetime import timedelta

RETENTION = timedelta(days=3 * 365)  # long enough for an inquiry, short enough to forget who read what
TABLE = "cnc_survey_auditentry"
REFUSAL = "the audit log is append-only"

_POSTGRESQL = {
    "refuse": f"""
        CREATE FUNCTION {TABLE}_refuse() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$
    """,
    "update": f"""
        CREATE TRIGGER {TABLE}_no_update BEFORE UPDATE ON {TABLE}
        FOR EACH ROW EXECUTE FUNCTION {TABLE}_refuse()
    """,
    "delete": f"""
        CREATE TRIGGER {TABLE}_no_delete BEFORE DELETE ON {TABLE} FOR EACH ROW
        WHEN (OLD.at > now() - interval '{RETENTION.days} days') EXECUTE FUNCTION {TABLE}_refuse()
    """,
}
_SQLITE = {
    "update": f"""
        CREATE TRIGGER {TABLE}_no_update BEFORE UPDATE ON {TABLE}
        BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END
    """,
    "delete": f"""
        CREATE TRIGGER {TABLE}_no_delete BEFORE DELETE ON {TABLE}
        WHEN OLD.at > datetime('now', '-{RETENTION.days} days')
        BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END
    """,
}


def create_triggers(connection) -> None:
    """Make the log refuse to change a line, or to delete one younger than RETENTION."""
    statements = _POSTGRESQL if connection.vendor == "postgresql" else _SQLITE
    with connection.cursor() as cursor:
        for statement in statements.values():
            cursor.execute(statement)


def drop_triggers(connection) -> None:
    """Undo `create_triggers`."""
    with connection.cursor() as cursor:
        on_table = f" ON {TABLE}" if connection.vendor == "postgresql" else ""
        for name in ("no_update", "no_delete"):
            cursor.execute(f"DROP TRIGGER IF EXISTS {TABLE}_{name}{on_table}")
        if connection.vendor == "postgresql":
            cursor.execute(f"DROP FUNCTION IF EXISTS {TABLE}_refuse()")

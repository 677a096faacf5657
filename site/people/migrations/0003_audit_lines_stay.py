"""Audit lines are append-only in the database itself: only forgetting an erased person, and deleting after three years."""

from django.db import migrations

SQLITE = [
    """
    CREATE TRIGGER audit_line_unchanged BEFORE UPDATE ON people_auditline
    WHEN OLD.id IS NOT NEW.id OR OLD.at IS NOT NEW.at OR OLD.verb IS NOT NEW.verb
      OR OLD.subject_type IS NOT NEW.subject_type OR OLD.subject_id IS NOT NEW.subject_id OR OLD.detail IS NOT NEW.detail
      OR (OLD.by_id IS NOT NEW.by_id AND NEW.by_id IS NOT NULL)
      OR (OLD.about_id IS NOT NEW.about_id AND NEW.about_id IS NOT NULL)
    BEGIN SELECT RAISE(ABORT, 'audit lines are append-only'); END
    """,
    """
    CREATE TRIGGER audit_line_kept BEFORE DELETE ON people_auditline
    WHEN OLD.at > datetime('now', '-3 years')
    BEGIN SELECT RAISE(ABORT, 'audit lines are kept for three years'); END
    """,
]
POSTGRESQL = [
    """
    CREATE FUNCTION audit_line_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF TG_OP = 'DELETE' THEN
        IF OLD.at > now() - interval '3 years' THEN
          RAISE EXCEPTION 'audit lines are kept for three years' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN OLD;
      END IF;
      IF (OLD.id, OLD.at, OLD.verb, OLD.subject_type, OLD.subject_id, OLD.detail::text)
         IS DISTINCT FROM (NEW.id, NEW.at, NEW.verb, NEW.subject_type, NEW.subject_id, NEW.detail::text)
         OR (NEW.by_id IS NOT NULL AND NEW.by_id IS DISTINCT FROM OLD.by_id)
         OR (NEW.about_id IS NOT NULL AND NEW.about_id IS DISTINCT FROM OLD.about_id) THEN
        RAISE EXCEPTION 'audit lines are append-only' USING ERRCODE = 'integrity_constraint_violation';
      END IF;
      RETURN NEW;
    END $$
    """,
    """
    CREATE TRIGGER audit_line_stays BEFORE UPDATE OR DELETE ON people_auditline
    FOR EACH ROW EXECUTE FUNCTION audit_line_stays()
    """,
]
UNDO = {
    "sqlite": ["DROP TRIGGER audit_line_unchanged", "DROP TRIGGER audit_line_kept"],
    "postgresql": ["DROP TRIGGER audit_line_stays ON people_auditline", "DROP FUNCTION audit_line_stays()"],
}


def run(statements):
    def execute(apps, schema_editor):
        for statement in statements[schema_editor.connection.vendor]:
            schema_editor.execute(statement)

    return execute


class Migration(migrations.Migration):
    dependencies = [("people", "0002_profile_organisations_consents_pauses")]
    operations = [migrations.RunPython(run({"sqlite": SQLITE, "postgresql": POSTGRESQL}), run(UNDO))]

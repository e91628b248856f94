"""The database itself refuses to change the log."""

from django.db import migrations

from cnc_survey.audit.triggers import create_triggers, drop_triggers


def create(apps, schema_editor):
    create_triggers(schema_editor.connection)


def drop(apps, schema_editor):
    drop_triggers(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("cnc_survey", "0001_audit_log")]

    operations = [migrations.RunPython(create, drop)]

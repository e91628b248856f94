from django.db import migrations

from cnc_survey.personal_data import derive_indexes


def fill_indexes(apps, schema_editor):
    Contact = apps.get_model("interviews", "Contact")
    for contact in Contact.objects.order_by("pk").iterator(chunk_size=1000):
        contact.save(update_fields=[*derive_indexes(contact), "email"])


class Migration(migrations.Migration):
    dependencies = [("interviews", "0003_fieldwork")]
    operations = [migrations.RunPython(fill_indexes, migrations.RunPython.noop)]

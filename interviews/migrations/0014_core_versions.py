"""Each questionnaire says which version of each core question it asks; those loaded so far asked the first."""

from django.db import migrations, models

import interviews.models.questionnaire
from interviews.models.questionnaire import first_core_versions


def complete_loaded_content(apps, schema_editor):
    """What was loaded did not say it: the same file, which now does, must find it unchanged."""
    for questionnaire in _loaded(apps):
        questionnaire.loaded_from["core"] = first_core_versions()
        questionnaire.save(update_fields=["loaded_from"])


def restore_loaded_content(apps, schema_editor):
    for questionnaire in _loaded(apps):
        questionnaire.loaded_from.pop("core", None)
        questionnaire.save(update_fields=["loaded_from"])


def _loaded(apps):
    questionnaires = apps.get_model("interviews", "Questionnaire").objects.all()
    return [questionnaire for questionnaire in questionnaires if questionnaire.loaded_from]


class Migration(migrations.Migration):

    dependencies = [
        ('interviews', '0013_names_to_hide_in_interviews'),
    ]

    operations = [
        migrations.AddField(
            model_name='questionnaire',
            name='core_versions',
            field=models.JSONField(default=interviews.models.questionnaire.first_core_versions, editable=False, verbose_name='versions des questions sur les cas d’usage'),
        ),
        migrations.RunPython(complete_loaded_content, restore_loaded_content),
    ]

"""Encrypt again, under the first key of PERSONAL_DATA_KEY, whatever another key or none encrypted."""

from django.apps import apps
from django.db import transaction

from cnc_survey.commands import HouseCommand
from cnc_survey.personal_data import PersonalDataError, derive_indexes, encrypted_fields

BATCH = 1_000  # rows held in memory at once


class Command(HouseCommand):
    help = (
        "Chiffre à nouveau toutes les données personnelles sous la première clé de PERSONAL_DATA_KEY. Pour changer de "
        "clé : placez la nouvelle en tête et gardez l’ancienne, redémarrez, lancez cette commande, ôtez l’ancienne."
    )
    refusals = (PersonalDataError,)

    def handle(self, **options):
        for model in apps.get_models():
            if fields := encrypted_fields(model):
                self.stdout.write(f"{model._meta.verbose_name_plural} : {self._encrypt_again(model, fields)}")

    @transaction.atomic
    def _encrypt_again(self, model, fields):
        """Write each row again, in the order of keys and by batches; all rows of a table, or none."""
        done, last = 0, 0
        while rows := list(model._default_manager.select_for_update().filter(pk__gt=last).order_by("pk")[:BATCH]):
            derived = []
            for row in rows:
                derived = derive_indexes(row)
            model._default_manager.bulk_update(rows, [*fields, *derived], batch_size=200)
            done, last = done + len(rows), rows[-1].pk
        return done

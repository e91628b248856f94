"""One piece of long work: what was asked, by whom, how far it is, how it ended."""

import uuid
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone


class JobQuerySet(models.QuerySet):
    def waiting(self):
        return self.unended().filter(started_at=None)

    def running(self):
        return self.unended().filter(started_at__isnull=False)

    def unended(self):
        return self.filter(finished_at=None, failed_at=None, cancelled_at=None)


class Job(models.Model):
    """The facts; the state follows from them.

    `attempts` counts the starts and fences them: a worker that lost its job, then woke up, writes nothing any more,
    because the attempt it holds is no longer the last one. `done` of `total` are in `unit`s (rows, mails…).
    """

    class State(models.TextChoices):
        WAITING = "waiting", "en attente"
        RUNNING = "running", "en cours"
        CANCELLING = "cancelling", "en cours d’arrêt"
        FINISHED = "finished", "terminée"
        EXPIRED = "expired", "fichier expiré"
        FAILED = "failed", "en échec"
        CANCELLED = "cancelled", "annulée"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField("nature", max_length=60)
    title = models.CharField("titre", max_length=300)
    unit = models.CharField("unité", max_length=40, blank=True)
    parameters = models.JSONField("paramètres", default=dict)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,  # the row keeps the file in sight of those who delete it once its time is over
        null=True,
        related_name="jobs",
        verbose_name="demandée par",
        help_text="Vide : demandée par le service lui-même.",
    )

    queued_at = models.DateTimeField("demandée le", default=timezone.now)
    started_at = models.DateTimeField("commencée le", null=True)
    heartbeat_at = models.DateTimeField("dernier signe de vie", null=True)
    cancel_requested_at = models.DateTimeField("arrêt demandé le", null=True)
    finished_at = models.DateTimeField("terminée le", null=True)
    failed_at = models.DateTimeField("en échec depuis le", null=True)
    cancelled_at = models.DateTimeField("annulée le", null=True)

    attempts = models.PositiveIntegerField("essais", default=0)
    worker = models.CharField("exécutée par", max_length=100, blank=True)
    done = models.PositiveIntegerField("fait", default=0)
    total = models.PositiveIntegerField("à faire", null=True)
    error = models.TextField("erreur", blank=True)
    file = models.FileField("fichier", max_length=300, blank=True)
    file_size = models.PositiveBigIntegerField("taille du fichier", null=True)
    expires_at = models.DateTimeField("expire le", null=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = "tâche"
        ordering = ["-queued_at", "-pk"]
        indexes = [models.Index(fields=["owner", "-queued_at"], name="job_of_owner")]
        constraints = [
            models.CheckConstraint(
                name="job_ends_one_way",
                condition=Q(finished_at__isnull=True, failed_at__isnull=True)
                | Q(finished_at__isnull=True, cancelled_at__isnull=True)
                | Q(failed_at__isnull=True, cancelled_at__isnull=True),
                violation_error_message="Une tâche est terminée, en échec ou annulée : une seule de ces fins.",
            ),
            models.CheckConstraint(
                name="job_failure_has_an_error",
                condition=Q(failed_at__isnull=True) | ~Q(error=""),
                violation_error_message="Un échec dit pourquoi.",
            ),
            models.CheckConstraint(
                name="job_file_expires",
                condition=Q(file="") | Q(expires_at__isnull=False),
                violation_error_message="Un fichier a une date d’expiration.",
            ),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("job", args=[self.pk])

    @property
    def state(self) -> "Job.State":
        if self.finished_at:
            return self.State.EXPIRED if self.expires_at and not self.has_file() else self.State.FINISHED
        if self.failed_at:
            return self.State.FAILED
        if self.cancelled_at:
            return self.State.CANCELLED
        if self.started_at:
            return self.State.CANCELLING if self.cancel_requested_at else self.State.RUNNING
        return self.State.WAITING

    def has_file(self, now: datetime | None = None) -> bool:
        """True while the result may be downloaded."""
        return bool(self.file) and self.expires_at > (now or timezone.now())

    @property
    def is_unended(self):
        return self.state in (self.State.WAITING, self.State.RUNNING, self.State.CANCELLING)

    @property
    def can_be_cancelled(self):
        return self.state in (self.State.WAITING, self.State.RUNNING)

    @property
    def can_be_retried(self):
        return self.state in (self.State.FAILED, self.State.CANCELLED, self.State.EXPIRED)

    @property
    def percent(self) -> int | None:
        """Whole percents done, or None while the total is unknown."""
        if self.total is None:
            return None
        return 100 * min(self.done, self.total) // self.total if self.total else 100

    @property
    def file_name(self):
        return self.file.name.rpartition("/")[2]

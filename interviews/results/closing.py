"""Closing a campaign: its answers stop counting, its figures are frozen."""

import hashlib
import json
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone

from cnc_survey.audit.log import record
from cnc_survey.audit.models import AuditEntry
from interviews.analysis.constants import METHOD_VERSION
from interviews.campaigns import CampaignError, check_baseline
from interviews.frames import MISSING, CampaignFrame, build_frame
from interviews.models import Assessment, Campaign, InterviewStep, Response, Snapshot
from interviews.models.response import is_counted

from .assessments import draw_up_assessments
from .cells import Cell, digest_cells, store_cells
from .changes import record_changes
from .cube import compute_cells
from .weights import campaign_weights

IDENTIFIER_LENGTH = 16  # hexadecimal digits, 64 bits: short enough to cite, too long to meet twice


@dataclass(frozen=True)
class ClosingPreview:
    """What a closing would count and leave out; only `counted` holds interviews too."""

    counted: int
    unfinished: int
    excluded: int
    withdrawn: int
    interviews_to_approve: int


def preview_closing(campaign: Campaign) -> ClosingPreview:
    """Return what closing now would count and leave out. Raises CampaignError as `close_campaign` does."""
    check_baseline(campaign)
    filled_in = ~Q(mode=Response.Mode.INTERVIEW)
    kept = Q(withdrawn_at=None)
    responses = campaign.responses.aggregate(
        counted=Count("pk", filter=is_counted()),
        unfinished=Count("pk", filter=filled_in & kept & Q(submitted_at=None, excluded_at=None)),
        excluded=Count("pk", filter=filled_in & kept & Q(excluded_at__isnull=False)),
        withdrawn=Count("pk", filter=filled_in & Q(withdrawn_at__isnull=False)),
    )
    interviews = campaign.interviews.kept().with_last_step().exclude(last_step=InterviewStep.Kind.APPROVED).count()
    return ClosingPreview(**responses, interviews_to_approve=interviews)


@transaction.atomic
def close_campaign(campaign: Campaign, user=None) -> Snapshot:
    """Close a campaign for good: freeze who took part, every cell, and one assessment per use case and dimension.

    `user` closes it; None stands for a command.
    Raises CampaignError when it is already closed, or measured against a demonstration without being one.
    """
    # Locked, so that no answer is written between the frame and the closing.
    campaign = Campaign.objects.select_for_update().get(pk=campaign.pk)
    if campaign.closed_at is not None:
        raise CampaignError(
            f"La campagne « {campaign} » est déjà close, depuis le {timezone.localtime(campaign.closed_at):%d/%m/%Y}."
        )
    check_baseline(campaign)
    campaign.closed_at = timezone.now()
    campaign.save(update_fields=["closed_at"])
    frame = build_frame(campaign)
    weights = campaign_weights(campaign, frame)
    cells = compute_cells(campaign, frame, weights.values)
    participation = count_participation(campaign, frame)
    snapshot = Snapshot.objects.create(
        campaign=campaign,
        identifier=identify(campaign, participation, cells),
        method_version=METHOD_VERSION,
        participation=participation,
        weighting=weights.describe(),
    )
    store_cells(snapshot, cells)
    Assessment.objects.bulk_create(draw_up_assessments(campaign, cells))
    record_changes(snapshot, frame, weights)
    record(AuditEntry.Action.CAMPAIGN_CLOSED, user, campaign.slug, snapshot=snapshot.identifier)
    return snapshot


def require_closed(campaign: Campaign) -> None:
    """Raise CampaignError while a campaign is open: its figures are not frozen, nothing is shown of them."""
    if campaign.closed_at is None:
        command = f"manage.py close_campaign {campaign.slug}"
        raise CampaignError(f"La campagne « {campaign} » n’est pas close : lancez d’abord « {command} ».")


def count_participation(campaign: Campaign, frame: CampaignFrame) -> dict:
    """Return how many responses were started, submitted, withdrawn, excluded and counted, by mode; then how many
    persons stand behind those that count, and how many use cases were put in front of them and answered."""
    states = {
        "started": Q(),
        "submitted": Q(submitted_at__isnull=False),
        "withdrawn": Q(withdrawn_at__isnull=False),
        "excluded": Q(excluded_at__isnull=False),
        "counted": Q(pk__in=campaign.responses.counted()),
    }
    rows = (
        campaign.responses.order_by("mode")
        .values("mode")
        .annotate(**{name: Count("pk", filter=condition) for name, condition in states.items()})
    )
    respondents = frame.by_questionnaire
    offered = frame.offered[respondents]
    answered = frame.coded["usage"][respondents] != MISSING
    structures = set(frame.organisation[respondents].tolist()) - {MISSING}
    return {
        "modes": {row.pop("mode"): row for row in rows},
        "respondents": int(respondents.sum()),
        "interviewees": int((~respondents).sum()),
        "structures": len(structures),
        "use_cases_offered": int(offered.sum()),
        "use_cases_answered": int((offered & answered).sum()),
    }


def identify(campaign: Campaign, participation: dict, cells: list[Cell]) -> str:
    """Return the snapshot's identifier: the same content always gives the same one, any other figure another."""
    canonical = {
        "campaign": campaign.slug,
        "dates": [campaign.opens_on.isoformat(), campaign.closes_on.isoformat()],
        "questionnaire": [campaign.questionnaire.code, campaign.questionnaire.version],
        "baseline": campaign.baseline and campaign.baseline.number,
        "fictional": campaign.is_fictional,
        "method": METHOD_VERSION,
        "participation": participation,
        "cells": digest_cells(cells),
    }
    text = json.dumps(canonical, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:IDENTIFIER_LENGTH]

"""Two waves in a row: the first closed and published, the second measured against its edition."""

from interviews.results.closing import close_campaign
from interviews.results.publication import publish_campaign
from tests.factories import make_campaign, make_questionnaire, make_response


def publish_wave(use_cases, *answers, questionnaire=None, slug="vague-1", **fields):
    """Close and publish a campaign with these `answers`: see `respond`."""
    campaign = make_campaign(
        questionnaire or make_questionnaire(), use_cases=use_cases, slug=slug, title=slug, **fields
    )
    respond(campaign, *answers)
    close_campaign(campaign)
    edition = publish_campaign(campaign, slug, accept_proposals=True)
    campaign.refresh_from_db()
    return campaign, edition


def next_wave(previous, use_cases, *answers, questionnaire=None, **fields):
    """Close a campaign measured against the published `previous`; return its snapshot."""
    fields = {"slug": "vague-2", "title": "vague-2", "baseline": previous.edition} | fields
    campaign = make_campaign(questionnaire or previous.questionnaire, use_cases=use_cases, **fields)
    respond(campaign, *answers)
    return close_campaign(campaign)


def respond(campaign, *groups):
    """Store responses: groups of (number of persons, {use case code: fields}, fields of the response); `person` is a
    prefix, numbered within the campaign."""
    number = 0
    for persons, use_cases, *profile in groups:
        for _ in range(persons):
            number += 1
            fields = dict(profile[0]) if profile else {}
            if "person" in fields:
                fields["person"] = f"{fields['person']}{number}"
            make_response(campaign, f"r{number:03d}", use_cases=use_cases, **fields)

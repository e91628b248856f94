"""Small catalogues, questionnaires, campaigns and responses, built in sight of the test that needs them."""

from datetime import UTC, date, datetime

from django.utils.text import slugify

from interviews.models import (
    Answer,
    Campaign,
    CampaignUseCase,
    Contact,
    ContactTag,
    Item,
    Module,
    OpenLink,
    Option,
    OptionSet,
    Questionnaire,
    Response,
    UseCaseAnswer,
)
from interviews.models.questionnaire import first_core_versions
from usecases.editions import publish_edition
from usecases.models import Family, Occupation, Sector, UseCase, ValueChain

YES_NO = {"yes": "Oui", "no": "Non"}


def make_use_case(name="Sous-titrage", family="Postproduction", **fields):
    """A use case of the catalogue, last in position; its code is the slug of its name."""
    owner, _ = Family.objects.get_or_create(code=slugify(family), defaults={"name": family})
    fields = {"code": slugify(name), "position": UseCase.objects.count() + 1} | fields
    return UseCase.objects.create(name=name, family=owner, **fields)


def make_sector(code="cinema", chain="cinema_audiovisual"):
    owner, _ = ValueChain.objects.get_or_create(code=chain, defaults={"name": chain})
    return Sector.objects.create(code=code, name=code, chain=owner, position=Sector.objects.count() + 1)


def make_occupation(code="editors", name="Monteurs"):
    return Occupation.objects.create(code=code, name=name, position=Occupation.objects.count() + 1)


def make_questionnaire(code="observatoire", version=1, **core_versions):
    """A questionnaire with one module for general items and one for the use cases; core questions in version 1 unless
    told otherwise."""
    questionnaire = Questionnaire.objects.create(
        code=code, version=version, title="Questionnaire", core_versions=first_core_versions() | core_versions
    )
    Module.objects.create(questionnaire=questionnaire, code="general", title="Votre usage", position=1)
    Module.objects.create(
        questionnaire=questionnaire,
        code="use_cases",
        kind=Module.Kind.USE_CASES,
        title="Les cas d’usage",
        position=2,
    )
    return questionnaire


def make_item(questionnaire, code, kind=Item.Kind.SINGLE, options=None, **fields):
    """An item of the general module, last in position; `options` maps codes to labels, in order."""
    option_set = None
    if options:
        option_set = OptionSet.objects.create(questionnaire=questionnaire, code=f"{code}_options")
        Option.objects.bulk_create(
            Option(option_set=option_set, code=option, label=label, position=position)
            for position, (option, label) in enumerate(options.items(), 1)
        )
    module = questionnaire.modules.get(code="general")
    fields = {"wording": code, "position": module.items.count() + 1} | fields
    return Item.objects.create(module=module, code=code, kind=kind, option_set=option_set, **fields)


def make_campaign(questionnaire=None, use_cases=(), slug="vague-1", **fields):
    """A campaign on these use cases, open the whole of 2025 unless told otherwise."""
    fields = {
        "title": "Vague 1",
        "opens_on": date(2025, 1, 1),
        "closes_on": date(2025, 12, 31),
        "consent_text": "Vos réponses servent à la mise à jour de l’étude.",
    } | fields
    campaign = Campaign.objects.create(slug=slug, questionnaire=questionnaire or make_questionnaire(), **fields)
    CampaignUseCase.objects.bulk_create(CampaignUseCase(campaign=campaign, use_case=case) for case in use_cases)
    return campaign


def make_response(campaign, key="r1", *, sectors=(), occupations=(), use_cases=(), answers=(), **fields):
    """A submitted response: codes of sectors and occupations, {use case code: fields}, {item code: value}."""
    fields = {"submitted_at": datetime(2025, 3, 14, 10, 30, tzinfo=UTC)} | fields
    response = Response.objects.create(campaign=campaign, key=key, **fields)
    response.sectors.set(Sector.objects.filter(code__in=sectors))
    response.occupations.set(Occupation.objects.filter(code__in=occupations))
    for rank, (code, given) in enumerate(dict(use_cases).items(), 1):
        given = {"reason": UseCaseAnswer.Reason.OCCUPATION, "rank": rank} | given
        UseCaseAnswer.objects.create(response=response, use_case=UseCase.objects.get(code=code), **given)
    for code, value in dict(answers).items():
        item = Item.objects.get(module__questionnaire=campaign.questionnaire, code=code)
        Answer.objects.create(response=response, item=item, value=value)
    return response


def make_edition(ratings=(), **fields):
    """A published edition with these `RatingDraft`s."""
    fields = {
        "title": "Édition",
        "published_on": date(2024, 3, 1),
        "collected_from": date(2023, 12, 1),
        "collected_to": date(2024, 1, 31),
        "source": "Étude",
    } | fields
    return publish_edition(ratings=list(ratings), **fields)


def make_open_link(campaign, code="guilde", partner="La Guilde"):
    return OpenLink.objects.create(campaign=campaign, code=code, partner=partner)


def make_contact(email="ada@exemple.fr", *, tags=(), occupations=(), sectors=(), **fields):
    """A contact; codes of occupations and sectors, names of tags."""
    contact = Contact.objects.create(email=email, **fields)
    contact.tags.set(ContactTag.objects.get_or_create(name=name)[0] for name in tags)
    contact.occupations.set(Occupation.objects.filter(code__in=occupations))
    contact.sectors.set(Sector.objects.filter(code__in=sectors))
    return contact

"""What a campaign writes to people: its own words where it has some, those of the house elsewhere."""

import re
from dataclasses import dataclass

from cnc_survey.templatetags.house import date_fr
from interviews.models import Campaign, Contact, MailKind, MailText

FRENCH, ENGLISH = Contact.Language.FRENCH, Contact.Language.ENGLISH

PLACEHOLDERS = {
    "bonjour": "« Bonjour Ada, », ou « Bonjour, » sans prénom",
    "prenom": "le prénom",
    "nom": "le nom",
    "campagne": "le titre de la campagne",
    "cloture": "le dernier jour de réponse",
    "lien": "le lien personnel",
}
BEFORE_SIGN, AFTER_QUOTE = re.compile(r" (?=[:;!?»])"), re.compile(r"« ")
PLACEHOLDER = re.compile(r"\{(\w*)\}")

HOUSE_TEXTS = {
    (MailKind.INVITATION, FRENCH): (
        "Votre avis sur l’intelligence artificielle dans votre métier",
        "{bonjour}\n\n"
        "Le Centre national du cinéma et de l’image animée (CNC) interroge les professionnels du cinéma, de "
        "l’audiovisuel et du jeu vidéo sur ce que l’intelligence artificielle fait à leur métier : « {campagne} ».\n\n"
        "Quelques minutes suffisent. Seules les questions qui vous concernent vous sont posées, et vous pouvez vous "
        "arrêter et reprendre :\n\n{lien}\n\n"
        "Ce lien est personnel : ne le transmettez pas. L’enquête ferme le {cloture}.",
    ),
    (MailKind.REMINDER, FRENCH): (
        "Il est encore temps de répondre — {campagne}",
        "{bonjour}\n\n"
        "Nous vous avons écrit au sujet de l’enquête « {campagne} ». Votre réponse n’est pas encore arrivée, et elle "
        "compte : un métier peu représenté n’a pas de résultat publié.\n\n"
        "Votre lien personnel :\n\n{lien}\n\n"
        "L’enquête ferme le {cloture}.",
    ),
    (MailKind.LAST_REMINDER, FRENCH): (
        "Derniers jours pour répondre — {campagne}",
        "{bonjour}\n\n"
        "L’enquête « {campagne} » ferme le {cloture}. C’est notre dernier message à ce sujet.\n\n"
        "Votre lien personnel :\n\n{lien}",
    ),
    (MailKind.INVITATION, ENGLISH): (
        "Your view on artificial intelligence in your work",
        "{bonjour}\n\n"
        "The French national film board (CNC) asks professionals of film, television and video games what artificial "
        "intelligence changes in their work: “{campagne}”. The questionnaire is in French.\n\n"
        "It takes a few minutes. You can stop and come back:\n\n{lien}\n\n"
        "This link is yours: please do not pass it on. The survey closes on {cloture}.",
    ),
    (MailKind.REMINDER, ENGLISH): (
        "There is still time to answer — {campagne}",
        "{bonjour}\n\n"
        "We wrote to you about the survey “{campagne}”. Your answer has not arrived yet, and it matters: an "
        "occupation with too few answers has no published result.\n\nYour link:\n\n{lien}\n\n"
        "The survey closes on {cloture}.",
    ),
    (MailKind.LAST_REMINDER, ENGLISH): (
        "Last days to answer — {campagne}",
        "{bonjour}\n\nThe survey “{campagne}” closes on {cloture}. This is our last message about it.\n\n"
        "Your link:\n\n{lien}",
    ),
}
GREETINGS = {FRENCH: "Bonjour", ENGLISH: "Hello"}


@dataclass(frozen=True)
class Wording:
    """Subject and body with their placeholders, and the language they are in."""

    subject: str
    body: str
    language: str


def wording_of(campaign: Campaign, kind: str, language: str) -> Wording:
    """Return what the campaign writes in this language: its own text, else its own in French, else the house's.

    A campaign that has written in French and not in English speaks French to everybody: nobody gets two versions.
    """
    own = {text.language: text for text in campaign.mail_texts.all() if text.kind == kind}
    text = own.get(language) or own.get(FRENCH)
    if text:
        subject, body, language = text.subject, text.body, text.language
    else:
        subject, body = HOUSE_TEXTS[MailKind(kind), Contact.Language(language)]
    if language == FRENCH:
        subject, body = _unbreakable(subject), _unbreakable(body)
    return Wording(subject, body, language)


def _unbreakable(text):
    """Bind French punctuation to its word: a line must not begin with a colon."""
    return BEFORE_SIGN.sub("\u00a0", AFTER_QUOTE.sub("«\u00a0", text))


def unknown_placeholders(text: str) -> list[str]:
    """Return the words between braces that stand for nothing, in order, each once."""
    return list(dict.fromkeys(word for word in PLACEHOLDER.findall(text) if word not in PLACEHOLDERS))


def fill(text: str, values: dict[str, str]) -> str:
    """Return the text with its placeholders filled in; what a person typed is never filled in a second time."""
    return PLACEHOLDER.sub(lambda match: values.get(match[1], match[0]), text)


def values_for(campaign: Campaign, contact: Contact | None, language: str, link: str) -> dict[str, str]:
    """Return {placeholder: text} for one person; without a contact, what somebody of no name would read."""
    first, last = (contact.first_name, contact.last_name) if contact else ("", "")
    greeting = GREETINGS[Contact.Language(language)]
    closing = campaign.closes_on
    return {
        "bonjour": f"{greeting} {first}," if first else f"{greeting},",
        "prenom": first,
        "nom": last,
        "campagne": campaign.title,
        "cloture": date_fr(closing) if language == FRENCH else f"{closing.day} {closing:%B %Y}",
        "lien": link,
    }


def own_texts(campaign: Campaign) -> list[MailText]:
    """Return the campaign's texts, those it has and those it could have (not stored, with the house's words)."""
    stored = {(text.kind, text.language): text for text in campaign.mail_texts.all()}
    return [
        stored.get((kind, language))
        or MailText(campaign=campaign, kind=kind, language=language, subject=subject, body=body)
        for (kind, language), (subject, body) in HOUSE_TEXTS.items()
    ]

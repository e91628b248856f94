"""A manager's week in a real browser: prepare, import five hundred contacts, invite, remind, follow, close."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.utils import timezone
from playwright.sync_api import expect

from cnc_survey.outbox.dispatch import send_due_mails
from cnc_survey.outbox.models import Mail, MailServer
from cnc_survey.roles import Role, ensure_roles
from interviews.collection.invitations import find_invitation
from interviews.collection.responses import start_response, submit_response
from interviews.models import Campaign, Contact, Invitation
from tests.browser.test_accessibility import faults
from tests.mail_server import mail_server
from tests.waiting_jobs import run_waiting_jobs

pytestmark = pytest.mark.browser

PHONE = {"width": 360, "height": 740}
# Seven kinds of error among five hundred rows.
WRONG = [
    ";Sans;Adresse;;;;;;",
    "pas-une-adresse;Ada;Faux;;;;;;",
    "personne0@exemple.fr;En;Double;;;;;;",
    "metier@exemple.fr;Un;Métier;;Sorciers;;;;",
    "secteur@exemple.fr;Un;Secteur;;;Lune;;;",
    "langue@exemple.fr;Une;Langue;;;;;;klingon",
    f"long@exemple.fr;{'x' * 101};Long;;;;;;",
]


@pytest.fixture
def manager(study, context, live_server):
    ensure_roles()
    user = User.objects.create_user("claire", email="claire@cnc.example", is_staff=True)
    user.groups.add(Group.objects.get(name=Role.CAMPAIGN_MANAGER.value))
    client = Client()
    client.force_login(user)
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
    return user


@pytest.fixture
def contacts_file(tmp_path):
    good = [
        f"personne{n}@exemple.fr;Prénom{n};Nom{n};Studio {n % 9};Producteurs;Cinéma;A;festival;fr" for n in range(493)
    ]
    path = tmp_path / "contacts.csv"
    header = "email;prénom;nom;structure;métiers;secteurs;strate;étiquettes;langue"
    path.write_text("\n".join([header, *good, *WRONG]) + "\n", encoding="utf-8")
    return path


def look(page, step):
    """Axe at WCAG 2.2 AA and no sideways scrolling, on a phone, where there is least room."""
    page.set_viewport_size(PHONE)
    assert faults(page) == [], step


def test_a_week_of_a_manager(page, manager, live_server, contacts_file, settings):
    settings.MAILS_PER_MINUTE = 10_000
    today = timezone.localdate()
    go = lambda path: page.goto(live_server.url + path)  # noqa: E731
    press = lambda words: page.get_by_role("button", name=words, exact=True).click()  # noqa: E731

    # Monday: a campaign, and what it lacks.
    go("/campagnes/nouvelle/")
    look(page, "new campaign")
    page.get_by_label("Titre").fill("Vague du printemps")
    page.get_by_label("Ouvre le").fill(str(today))
    page.get_by_label("Ferme le").fill(str(today + timedelta(days=20)))
    press("Créer la campagne")
    expect(page.get_by_text("Aucune relance n’est prévue.")).to_be_visible()
    look(page, "preparation")
    campaign = Campaign.objects.get(slug="vague-du-printemps")
    base = f"/campagnes/{campaign.slug}"

    # Five hundred contacts, seven kinds of error: nothing is written before it is confirmed.
    go("/contacts/import/")
    look(page, "import")
    page.get_by_label("Votre fichier").set_input_files(str(contacts_file))
    press("Vérifier ce fichier")
    expect(page.get_by_role("link", name="6 refusés")).to_be_visible()
    for said in (
        "Adresse absente.",
        "« pas-une-adresse » n’est pas une adresse électronique.",
        "Métiers : « Sorciers » n’est pas dans la liste.",
        "Secteurs : « Lune » n’est pas dans la liste.",
        "Langue « klingon » inconnue : fr ou en.",
        "Prénom : 101 caractères, au lieu de 100 au plus.",
    ):
        expect(page.get_by_text(said)).to_be_visible()
    look(page, "preview")
    page.get_by_role("link", name="1 en double dans le fichier").click()
    expect(page.get_by_text("Même adresse qu’à la ligne 2 : seule la première compte.")).to_be_visible()
    assert Contact.objects.count() == 0
    press("Écrire 493 contacts")
    expect(page.get_by_text("493 contacts", exact=True)).to_be_visible()
    page.get_by_label("Rechercher").fill("nom492")
    press("Chercher")
    expect(page.get_by_text("1 contact", exact=True)).to_be_visible()
    look(page, "contacts")

    # Tuesday: the text, a test, the reminders, the invitations.
    go(f"{base}/courriels/textes/invitation/fr/")
    page.get_by_label("Objet").fill("Votre métier et l’IA, {prenom}")
    press("Enregistrer")
    expect(page.get_by_text("Texte enregistré.", exact=True)).to_be_visible()
    look(page, "text")
    press("M’envoyer un essai")
    go(f"{base}/courriels/")
    page.get_by_role("combobox", name="Courriel").select_option("reminder")
    page.get_by_label("Jours avant la fin").fill("7")
    press("Écrire maintenant")
    expect(page.get_by_text("(J-7)")).to_be_visible()
    go(f"{base}/courriels/")
    press("Compter")
    expect(page.get_by_text("493 personnes à qui écrire maintenant")).to_be_visible()
    press("Écrire maintenant")
    expect(page.get_by_text("Courriels demandés : 493.")).to_be_visible()
    look(page, "waves")

    with mail_server(settings) as mailbox:
        # The server dies in the middle, then comes back.
        mailbox.hangs_up_at = 200
        send_due_mails()
        go(f"{base}/courriels/envois/")
        expect(page.get_by_text("Le serveur de courriel ne répond pas", exact=True)).to_be_visible()
        look(page, "outbox")
        mailbox.hangs_up_at = None
        press("Réessayer maintenant")
        _the_server_is_tried_again()
        send_due_mails()
        assert sorted(mailbox.addresses) == sorted(
            ["claire@cnc.example", *(f"personne{number}@exemple.fr" for number in range(493))]
        )
        messages = dict(mailbox.received)
        mailbox.received.clear()

        # Wednesday: some answer, one declines from the mail, one wants no mail any more, one is gone.
        tokens = [_token(messages[f"personne{number}@exemple.fr"]) for number in range(14)]
        for token in tokens[:12]:
            submit_response(start_response(find_invitation(token)))
        go(f"/q/{tokens[12]}/decliner/")
        look(page, "decline")
        press("Décliner")
        expect(page.get_by_text("Nous ne vous écrirons plus au sujet de cette enquête.")).to_be_visible()
        go(messages["personne13@exemple.fr"]["List-Unsubscribe"].strip(" <>").removeprefix(live_server.url))
        look(page, "opt out")
        press("Ne plus m’écrire")
        go("/contacts/retours/")
        page.get_by_label("Adresses").fill("550 <personne14@exemple.fr>: unknown user")
        press("Marquer ces adresses")
        expect(page.get_by_text("Contacts marqués : 1.")).to_be_visible()

        # Friday: two days have passed, the others are reminded.
        Mail.objects.update(sent_at=timezone.now() - timedelta(days=3), attempted_at=timezone.now() - timedelta(days=3))
        go(f"{base}/courriels/")
        page.get_by_role("combobox", name="Courriel").select_option("reminder")
        press("Écrire maintenant")
        expect(page.get_by_text("Courriels demandés : 478.")).to_be_visible()
        send_due_mails()
        assert sorted(mailbox.addresses) == sorted(f"personne{number}@exemple.fr" for number in range(15, 493))

    # What it gave.
    go(f"{base}/couverture/")
    expect(page.get_by_text("RR1 = ")).to_be_visible()
    assert page.get_by_role("row", name="Ensemble").locator("td").all_inner_texts()[:7] == [
        "12",
        "0",
        "2",
        "0",
        "1",
        "478",
        "0",
    ]
    look(page, "coverage")
    person = Contact.objects.get(invitations__declined_on__isnull=False)
    go(f"/contacts/{person.pk}/")
    expect(page.get_by_text("A décliné")).to_be_visible()
    look(page, "contact")

    # The end: the campaign is closed, and no letter leaves any more.
    go(f"{base}/cloture/")
    expect(page.get_by_text("12 réponses envoyées")).to_be_visible()
    look(page, "closing")
    press("Clore définitivement")
    expect(page.get_by_text("La tâche commencera")).to_be_visible()
    run_waiting_jobs()
    page.reload()
    page.get_by_role("link", name="Voir la campagne close").click()
    expect(page.get_by_text("close, à publier")).to_be_visible()
    look(page, "closed")
    campaign.refresh_from_db()
    assert campaign.closed_at is not None
    go(f"{base}/courriels/")
    press("Écrire maintenant")
    expect(page.get_by_text("on n’écrit que pendant la collecte")).to_be_visible()
    assert Invitation.objects.filter(campaign=campaign).count() == 493


def _token(message):
    return message.get_body(["plain"]).get_content().split("/q/")[1].split("/")[0]


def _the_server_is_tried_again():
    MailServer.objects.update(
        checked_at=timezone.now() - timedelta(hours=1), down_since=timezone.now() - timedelta(hours=2)
    )

"""Every management command refuses in French, in one sentence that says what to do, with status 1."""

import errno
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command, get_commands, load_command_class
from django.db import OperationalError

from cnc_survey.commands import HouseCommand, describe_os_error

OURS = ("cnc_survey", "usecases", "interviews")


def our_commands():
    return sorted(name for name, app in get_commands().items() if apps.is_installed(app) and app.split(".")[0] in OURS)


def run(name, *arguments):
    """Run a command as a terminal does; return its exit status and what it says on the error output."""
    command = load_command_class(get_commands()[name], name)
    said = StringIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.stderr", said)
        command.stderr._out = said
        with pytest.raises(SystemExit) as left:
            command.run_from_argv(["manage.py", name, *arguments])
    return left.value.code, said.getvalue()


@pytest.mark.parametrize("name", our_commands())
def test_every_command_refuses_an_unknown_argument_in_french(name):
    assert isinstance(load_command_class(get_commands()[name], name), HouseCommand)
    with pytest.raises(CommandError, match=r"^(argument inconnu\xa0: --zork|il manque\xa0: )"):
        call_command(name, "--zork")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["verify_publication", "abc"], "edition : « abc » n’est pas un nombre entier, 1 ou plus."),
        (["verify_publication"], "il manque : edition."),
        (
            ["create_campaign", "vague", "--title", "T", "--opens", "01/02/2026", "--closes", "2026-03-31"],
            "--opens : « 01/02/2026 » n’est pas une date ; il faut AAAA-MM-JJ, par exemple 2026-03-31.",
        ),
        (
            ["tabulate", "vague", "--item", "q", "--format", "xml"],
            "--format : « xml » n’est pas proposé. Au choix : table, csv, json.",
        ),
        (["tabulate", "vague", "--item"], "--item : une valeur est attendue."),
        (["tabulate", "vague", "--item", "q", "--b", "x"], "« --b » peut désigner plusieurs options : --by, --base."),
        (["tabulate", "vague", "--item", "q", "--staff=1"], "--staff : cette option ne prend pas de valeur (« 1 »)."),
        (["compare_routing", "--limit"], "--limit : une valeur au moins est attendue."),
        (["compare_routing", "--seeds", "0"], "--seeds : « 0 » n’est pas un nombre entier, 1 ou plus."),
        (
            ["simulate_responses", "vague", "--respondents", "-3", "--seed", "1"],
            "--respondents : « -3 » n’est pas un nombre entier positif ou nul.",
        ),
        (["ensure_roles", "-v", "9"], "-v/--verbosity : « 9 » n’est pas proposé. Au choix : 0, 1, 2, 3."),
    ],
)
def test_an_argument_that_does_not_fit_is_one_french_sentence(arguments, sentence):
    name = arguments[0]
    status, said = run(*arguments)
    expected = f"manage.py {name} : {sentence}\nAide : manage.py {name} --help\n"
    assert (status, said.replace("\xa0", " ")) == (1, expected)


class _Failing(HouseCommand):
    refusals = (LookupError,)
    requires_system_checks = ()

    def __init__(self, error):
        super().__init__(stderr=StringIO())
        self.error = error

    def handle(self, **options):
        raise self.error


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (LookupError("Rien ici."), "Rien ici."),
        (
            FileNotFoundError(errno.ENOENT, "No such file", "a.csv"),
            "« a.csv » : ce fichier ou ce dossier n’existe pas.",
        ),
        (
            OperationalError("no such table: t"),
            "La base n’est pas à jour : lancez d’abord « manage.py migrate » (no such table: t).",
        ),
        (
            OperationalError("connection refused\nhint"),
            "La base de données a refusé ou ne répond pas : connection refused.",
        ),
    ],
)
def test_what_stops_a_command_is_said_without_a_traceback(error, sentence):
    command = _Failing(error)
    with pytest.raises(SystemExit) as left:
        command.run_from_argv(["manage.py", "failing"])
    assert left.value.code == 1
    assert command.stderr._out.getvalue().replace("\xa0", " ") == f"CommandError: {sentence}\n"


def test_a_bug_keeps_its_traceback():
    with pytest.raises(ZeroDivisionError):
        _Failing(ZeroDivisionError()).run_from_argv(["manage.py", "failing"])


def test_a_file_moved_to_its_place_is_named_by_its_place():
    error = IsADirectoryError(errno.EISDIR, "Is a directory", ".x.part", None, "x.xlsx")
    assert describe_os_error(error).replace("\xa0", " ") == "« x.xlsx » : c’est un dossier, il faut un fichier."

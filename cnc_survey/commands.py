"""What every management command of the project shares: whatever it refuses, it says so in one French sentence.

Status 0, or 1 with a message on the error output (docs/exploitation.md): an argument that does not fit, a refusal of
the code below (`refusals`), a file that cannot be read or written, a database that is not there.
"""

import errno
import re
from argparse import ArgumentTypeError
from datetime import date

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import Error as DatabaseError

# What argparse says → what we say, applied in turn; anything else stays as it is.
SENTENCES = [
    (re.compile(pattern), sentence)
    for pattern, sentence in (
        (r"^the following arguments are required: (.*)$", r"il manque : \1."),
        (r"^one of the arguments (.*) is required$", r"il faut l’un de : \1."),
        (r"^unrecognized arguments: (.*)$", r"argument inconnu : \1."),
        (r"^ambiguous option: (.*) could match (.*)$", r"« \1 » peut désigner plusieurs options : \2."),
        (r"^argument (\S+): ", r"\1 : "),
        (r"expected one argument$", "une valeur est attendue."),
        (r"expected at least one argument$", "une valeur au moins est attendue."),
        (r"ignored explicit argument '(.*)'$", r"cette option ne prend pas de valeur (« \1 »)."),
        (r"not allowed with argument (.*)$", r"ne va pas avec \1."),
    )
]
CHOICE = re.compile(r"invalid choice: '?(.*?)'? \(choose from (.*)\)$")
REASONS = {
    errno.ENOENT: "ce fichier ou ce dossier n’existe pas",
    errno.EACCES: "accès refusé",
    errno.EPERM: "accès refusé",
    errno.EISDIR: "c’est un dossier, il faut un fichier",
    errno.ENOTDIR: "un fichier se trouve à la place d’un dossier",
    errno.EEXIST: "un fichier porte déjà ce nom",
    errno.ENAMETOOLONG: "ce nom est trop long",
    errno.ENOSPC: "il n’y a plus de place sur le disque",
    errno.EPIPE: "plus personne ne lit la sortie",
    errno.EROFS: "ce disque ne s’écrit pas",
}
NOT_MIGRATED = re.compile(r"no such (table|column)|(relation|column) .* does not exist")


class HouseCommand(BaseCommand):
    """A command of the project; `refusals` are the exceptions whose French message is the answer."""

    refusals: tuple[type[Exception], ...] = ()

    def create_parser(self, prog_name, subcommand, **kwargs):
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.__class__ = HouseParser  # Django names its own class, and offers no place to name another
        return parser

    def execute(self, *args, **options):
        try:
            return super().execute(*args, **options)
        except self.refusals as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(describe_os_error(error)) from error
        except DatabaseError as error:
            raise CommandError(_describe_database_error(error)) from error


class HouseParser(CommandParser):
    """A parser that refuses in French, with the status of every other refusal."""

    def error(self, message):
        sentence = in_french(message)
        if not self.called_from_command_line:
            raise CommandError(sentence)
        self.exit(1, f"{self.prog} : {sentence}\nAide : {self.prog} --help\n")


def in_french(message: str) -> str:
    """Return what argparse says of an argument, in French."""
    for pattern, sentence in SENTENCES:
        message = pattern.sub(sentence, message)
    return CHOICE.sub(_choose, message)


def _choose(found):
    return f"« {found[1]} » n’est pas proposé. Au choix : {found[2].replace(chr(39), '')}."


def describe_os_error(error: OSError) -> str:
    """Return in French what could not be read or written, and why."""
    reason = REASONS.get(error.errno) or error.strerror or str(error)
    name = error.filename2 or error.filename  # of a file moved to its place, the place
    return f"« {name} » : {reason}." if name else f"{reason[:1].upper()}{reason[1:]}."


def _describe_database_error(error):
    said = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    if NOT_MIGRATED.search(said):
        return f"La base n’est pas à jour : lancez d’abord « manage.py migrate » ({said})."
    return f"La base de données a refusé ou ne répond pas : {said}."


# Types of arguments: each returns the value that a text writes.


def natural(text: str) -> int:
    """A whole number, 0 or more."""
    if not (text.isascii() and text.isdecimal()):
        raise ArgumentTypeError(f"« {text} » n’est pas un nombre entier positif ou nul.")
    return int(text)


def positive(text: str) -> int:
    """A whole number, 1 or more."""
    if not (text.isascii() and text.isdecimal() and int(text)):
        raise ArgumentTypeError(f"« {text} » n’est pas un nombre entier, 1 ou plus.")
    return int(text)


def share(text: str) -> float:
    """A part from 0 to 1."""
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise ArgumentTypeError(f"« {text} » n’est pas une part de 0 à 1, par exemple 0.5.")
    return value


def day(text: str) -> date:
    """A day, as ISO writes it."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        sentence = f"« {text} » n’est pas une date ; il faut AAAA-MM-JJ, par exemple 2026-03-31."
        raise ArgumentTypeError(sentence) from None

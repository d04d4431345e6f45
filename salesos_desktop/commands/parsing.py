"""A command line that says what it takes, and in one line what it does not understand, in the language in use."""

from __future__ import annotations

import argparse
import re
from typing import Any, NoReturn

from ..errors import UserError
from ..i18n import N_, tr


class _Help(argparse.HelpFormatter):
    def add_usage(self, usage: Any, actions: Any, groups: Any, prefix: str | None = None) -> None:
        super().add_usage(usage, actions, groups, tr("usage: ") if prefix is None else prefix)


class Parser(argparse.ArgumentParser):
    """Raises UserError for what it does not understand."""

    def __init__(self, **more: Any) -> None:
        super().__init__(formatter_class=_Help, add_help=False, **more)
        self._positionals.title, self._optionals.title = tr("arguments"), tr("options")
        self.add_argument("-h", "--help", action="help", help=tr("show this help"))

    def error(self, message: str) -> NoReturn:
        """Raises UserError with what argparse says."""
        raise UserError(_said(message), tr("See {program} --help.").format(program=self.prog))


def _said(message: str) -> str:
    """A message of argparse, which has English alone."""
    for pattern, text in _MESSAGES:
        found = re.fullmatch(pattern, message, re.DOTALL)
        if found:
            return tr(text).format(**found.groupdict())
    return f"{message[:1].upper()}{message[1:]}."


_MESSAGES = (
    (
        r"unrecognized arguments: (?P<words>[^-].*)",
        N_("Unrecognized arguments: {words}. What has spaces in it goes between quotes."),
    ),
    (r"unrecognized arguments: (?P<words>.*)", N_("Unrecognized arguments: {words}.")),
    (r"the following arguments are required: (?P<words>.*)", N_("The following arguments are required: {words}.")),
    (r"ambiguous option: (?P<word>.*) could match (?P<words>.*)", N_("{word} could be any of these: {words}.")),
    (
        r"argument (?P<name>.*?): invalid choice: (?P<word>.*) \(choose from (?P<words>.*)\)",
        N_("{name}: invalid choice: {word} (choose from {words})."),
    ),
    (r"argument (?P<name>.*?): expected (one|at least one) argument", N_("{name} needs a value.")),
    (r"argument (?P<name>.*?): ignored explicit argument (?P<word>.*)", N_("{name} takes no value, and has {word}.")),
    (r"argument (?P<name>.*?): not allowed with argument (?P<word>.*)", N_("{name} and {word} do not go together.")),
    (r"argument (?P<name>.*?): invalid \w+ value: (?P<word>.*)", N_("{name}: invalid value: {word}.")),
    (r"argument (?P<name>.*?): (?P<why>.*?)\.?", N_("{name}: {why}.")),
)

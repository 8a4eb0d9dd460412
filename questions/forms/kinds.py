"""What the types are called where an author chooses one, with what each is good for."""

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _

from questions.forms.author import TYPE_NAMES
from questions.models import ItemType


@dataclass(frozen=True, slots=True)
class Kind:
    """A type as it is offered: its name, what it is good for, a small example line by line."""

    type: ItemType
    name: Any
    purpose: Any
    example: tuple[Any, ...]


def _kind(kind: ItemType, purpose: Any, *example: Any) -> Kind:  # noqa: ANN401 -- words put off
    return Kind(kind, TYPE_NAMES[kind], purpose, example)


KINDS = (
    _kind(
        ItemType.SINGLE_CHOICE,
        _("Several options, one of them right. The usual question of an online contest."),
        _("Which agency chairs the contest?"),
        _("○ Department of Home Affairs  ○ Youth Union  ○ Provincial newspaper"),
    ),
    _kind(
        ItemType.MULTIPLE_CHOICE,
        _("Several options, several of them right. You say what half an answer earns."),
        _("Which of these may citizens do on the public service portal?"),
        _("☑ Send an application  ☑ Follow it  ☐ Approve it"),
    ),
    _kind(
        ItemType.TRUE_FALSE,
        _("One statement that is true or false. Quick to write and to answer."),
        _("A one-stop office receives applications of all departments."),
        _("○ True  ○ False"),
    ),
    _kind(
        ItemType.STATEMENTS,
        _("Two to eight statements about one thing, each true or false, as in the exam of 2025."),
        _("About the plan of 2026:"),
        _("a) It names six tasks.  True / False"),
        _("b) It holds for communes only.  True / False"),
    ),
    _kind(
        ItemType.MATCHING,
        _("Rows to be joined with what fits them; some choices may fit none."),
        _("Join each task with the agency that chairs it."),
        _("1. Reader’s column → Provincial newspaper"),
    ),
    _kind(
        ItemType.ORDERING,
        _("Steps or events to be put in order."),
        _("Put the steps of an application in order."),
        _("1. Receive → 2. Handle → 3. Return the result"),
    ),
    _kind(
        ItemType.SHORT_ANSWER,
        _("A few words to be typed. Capitals, spaces and tone marks matter only if you say so."),
        _("Which province issued the plan?"),
        _("Đắk Lắk"),
    ),
    _kind(
        ItemType.NUMERIC,
        _("A number to be typed, with a tolerance and a unit."),
        _("How many tasks does the plan name?"),
        _("6 tasks"),
    ),
    _kind(
        ItemType.CLOZE,
        _("A text with gaps, each to be filled in with words, a number or a choice."),
        _("The contest is chaired by [ … ] and takes place in [ … ]."),
    ),
    _kind(
        ItemType.ESSAY,
        _("A longer text that people mark by your criteria."),
        _("Describe what the one-stop mechanism gives the people of your commune."),
    ),
)
BY_TYPE = {one.type: one for one in KINDS}

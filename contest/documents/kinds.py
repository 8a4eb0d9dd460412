"""The kinds of documents: what each is called, what it is made from, and what it still lacks."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from contest.documents import (
    announcement,
    bulletin,
    decision,
    minutes,
    plan,
    regulations,
    report,
    results_list,
    score_table,
    unit_report,
    winners,
)
from contest.documents.facts import Matter
from contest.documents.paper import Paper
from core.saying import Sentence
from core.text import N_


class Kind(StrEnum):
    """A kind of document; its value is its place in an address and the name of its file."""

    RESULTS_LIST = "danh-sach-ket-qua"
    SCORE_TABLE = "bang-tong-hop-diem"
    MINUTES = "bien-ban"
    DECISION = "quyet-dinh"
    WINNERS = "danh-sach-trung-thuong"
    ANNOUNCEMENT = "thong-bao"
    BULLETIN = "thong-cao-bao-chi"
    CONTEST_DECISION = "quyet-dinh-toan-cuoc"
    CONTEST_WINNERS = "danh-sach-trung-thuong-toan-cuoc"
    REPORT = "bao-cao"
    UNIT_REPORT = "bao-cao-don-vi"
    REGULATIONS = "the-le"
    PLAN = "ke-hoach"


class Need(StrEnum):
    """What a kind of document cannot be written without."""

    RUN = "run"
    PEOPLE = "people"
    WINNERS = "winners"
    UNIT = "unit"
    ROUNDS = "rounds"


@dataclass(frozen=True, slots=True)
class Form:
    """How a kind is made. `letters` are those of its number; without them it has none."""

    title: str
    made_by: Callable[[Matter], Paper]
    needs: tuple[Need, ...] = ()
    letters: str = ""
    is_of_round: bool = True
    # Whether people are named in it.
    names_people: bool = True


FORMS: dict[Kind, Form] = {
    Kind.RESULTS_LIST: Form(N_("List of results"), results_list.paper, (Need.RUN, Need.PEOPLE)),
    Kind.SCORE_TABLE: Form(N_("Table of scores"), score_table.paper, (Need.RUN, Need.PEOPLE)),
    Kind.MINUTES: Form(N_("Minutes on the results"), minutes.paper, (Need.RUN,), "BB"),
    Kind.DECISION: Form(
        N_("Decision on the results"), decision.paper, (Need.RUN, Need.WINNERS), "QĐ"
    ),
    Kind.WINNERS: Form(N_("List of winners"), winners.paper, (Need.RUN, Need.WINNERS)),
    Kind.ANNOUNCEMENT: Form(
        N_("Announcement of the results"), announcement.paper, (Need.RUN,), "TB"
    ),
    Kind.BULLETIN: Form(N_("Weekly press bulletin"), bulletin.paper, (Need.RUN,)),
    Kind.CONTEST_DECISION: Form(
        N_("Decision on the prizes of the whole contest"),
        decision.paper,
        (Need.WINNERS,),
        "QĐ",
        is_of_round=False,
    ),
    Kind.CONTEST_WINNERS: Form(
        N_("Winners of the whole contest"), winners.paper, (Need.WINNERS,), is_of_round=False
    ),
    Kind.REPORT: Form(
        N_("Report to the authorities"),
        report.paper,
        (Need.ROUNDS,),
        "BC",
        is_of_round=False,
        names_people=False,
    ),
    Kind.UNIT_REPORT: Form(
        N_("Report of a unit"), unit_report.paper, (Need.UNIT,), is_of_round=False
    ),
    Kind.REGULATIONS: Form(
        N_("Rules of the contest"),
        regulations.paper,
        (Need.ROUNDS,),
        is_of_round=False,
        names_people=False,
    ),
    Kind.PLAN: Form(
        N_("Plan of the contest"),
        plan.paper,
        (Need.ROUNDS,),
        "KH",
        is_of_round=False,
        names_people=False,
    ),
}
OF_ROUND = tuple(kind for kind, form in FORMS.items() if form.is_of_round)
# Of the prizes that are of no round.
OF_CONTEST_PRIZES = (Kind.CONTEST_DECISION, Kind.CONTEST_WINNERS)
OF_CONTEST = tuple(kind for kind, form in FORMS.items() if not form.is_of_round)
# Said by the configuration that runs the contest.
FROM_RULES = (Kind.REGULATIONS, Kind.PLAN)

_MISSING = {
    Need.RUN: N_("The results of the round are not computed yet."),
    Need.PEOPLE: N_("Nobody is ranked yet."),
    Need.WINNERS: N_("No prize has been awarded yet."),
    Need.UNIT: N_("Choose a unit of the contest."),
    Need.ROUNDS: N_("The contest has no round that is ready yet."),
}


def missing(kind: Kind, matter: Matter) -> list[Sentence]:
    """Return in words what keeps a document from being written."""
    return [Sentence(_MISSING[need]) for need in FORMS[kind].needs if not _has(need, matter)]


def _has(need: Need, matter: Matter) -> bool:
    round_ = matter.round
    return {
        Need.RUN: bool(round_ and round_.run),
        Need.PEOPLE: bool(round_ and round_.placed),
        Need.WINNERS: bool(round_ and round_.winners),
        Need.UNIT: matter.unit is not None,
        Need.ROUNDS: bool(matter.contest.rounds),
    }[need]


def paper(kind: Kind, matter: Matter) -> Paper:
    """Return the document of a kind."""
    return FORMS[kind].made_by(matter)

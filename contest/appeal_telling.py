"""What pages say of appeals: whether one may be made now, until when, and where one stands."""

from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from flask_babel import gettext as _

from contest import appeal_queries
from contest.models import Appeal, AppealState, Attempt, AttemptKind
from contest.rules import appealing
from contest.rules.appealing import AppealStage
from core import i18n
from core.saying import Sentence
from core.text import N_

STATES: dict[AppealState, tuple[str, str]] = {
    AppealState.OPEN: (N_("waits for an answer"), "warn"),
    AppealState.KEPT: (N_("the result stays"), ""),
    AppealState.CHANGED: (N_("the result is changed"), "ok"),
    AppealState.WITHDRAWN: (N_("taken back"), ""),
}


@dataclass(frozen=True, slots=True)
class Invited:
    """What the result page says about appealing: a sentence and where it leads."""

    text: str
    url: str


def invited(attempt: Attempt, *, at: datetime) -> Invited | None:
    """Return what the owner is told beside the result; nothing where nobody may appeal."""
    if attempt.kind is not AttemptKind.OFFICIAL:
        return None
    url = url_for("own_appeals.form", public_id=attempt.public_id)
    appeal = appeal_queries.of_attempt(attempt.id)
    if appeal is not None:
        return Invited(str(_("You have appealed: %(state)s.", state=state(appeal)[0])), url)
    window = attempt.round.appeal_window
    stage = appealing.stage(at, window)
    if stage is AppealStage.OPEN and window.closes_at is not None:
        until = i18n.deadline(window.closes_at)
        return Invited(str(_("You can appeal until %(moment)s.", moment=until)), url)
    if stage is AppealStage.UPCOMING and window.opens_at is not None:
        opens = i18n.moment(window.opens_at)
        return Invited(str(_("You can appeal from %(moment)s.", moment=opens)), url)
    return None


def state(appeal: Appeal) -> tuple[str, str]:
    """Return where an appeal stands in words, and the kind of its badge."""
    words, kind = STATES[appeal.state]
    return i18n.say(Sentence(words)), kind

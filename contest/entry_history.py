"""What became of an entry, moment by moment, as its people read it on their own page."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from flask_babel import gettext as _

from accounts import queries
from contest import concluding, entry_queries
from contest.models import Entry, EntryState, EntryVersion, Screening, ScreeningAppeal
from contest.rules.judging import screening
from contest.rules.judging.screening import Consensus, Verdict
from core import i18n


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to an entry: when, in words, why, and where it leads."""

    at: datetime
    text: str
    reasons: Sequence[str] = ()
    url: str = ""


def of(entry: Entry, *, at: datetime) -> list[Event]:
    """Return what the people of an entry are told by now, the newest first.

    Of screening they hear what all came to, never who said it, and nothing while it is open.
    """
    given = entry_queries.screenings_by_version(entry)
    found = [_handed_in(entry, one) for one in entry.versions]
    for one in entry.versions:
        found += _screened(entry, one, given.get(one.id, ()))
    for appeal in entry_queries.appeals_of(entry):
        found += _appealed(appeal)
    found += _over(entry)
    found += _results(entry, at)
    return sorted(found, key=lambda one: one.at, reverse=True)


def _handed_in(entry: Entry, version: EntryVersion) -> Event:
    told = {"code": entry.code or "", "number": version.number}
    if version.number > 1:
        words = _("Handed in again: version %(number)s, with the code %(code)s.", **told)
    elif entry.is_late:
        words = _("Received late, with the code %(code)s.", **told)
    else:
        words = _("Received with the code %(code)s.", **told)
    return Event(version.frozen_at, words)


def _screened(entry: Entry, version: EntryVersion, given: Sequence[Screening]) -> Iterator[Event]:
    """Tell what the screeners of a version came to; nothing while they have not agreed."""
    come_to = screening.consensus([one.verdict for one in given], entry.category.screeners)
    why = [one.reason for one in given if one.verdict is not Verdict.PASS and one.reason]
    moment = max((one.given_at for one in given), default=version.frozen_at)
    if come_to is Consensus.ADMITTED:
        yield Event(moment, _("Admitted: it goes to the judges."))
    elif come_to is Consensus.REJECTED:
        yield Event(moment, _("Not admitted."), why)
    elif come_to is Consensus.RETURNED:
        yield Event(moment, _returned(entry, version), why)


def _returned(entry: Entry, version: EntryVersion) -> str:
    is_last = version is entry_queries.latest(entry)
    if is_last and entry.state is EntryState.RETURNED and entry.return_by is not None:
        until = i18n.deadline(entry.return_by)
        return str(_("Returned for correction until %(moment)s.", moment=until))
    return str(_("Returned for correction."))


def _appealed(appeal: ScreeningAppeal) -> Iterator[Event]:
    yield Event(appeal.made_at, _("We have received your appeal."))
    if appeal.decided_at is not None:
        words = _("Your appeal was not granted: the entry stays rejected.")
        if appeal.admits:
            words = _("Your appeal was granted: the entry is admitted.")
        yield Event(appeal.decided_at, words, [appeal.decided_for])


def _over(entry: Entry) -> Iterator[Event]:
    """Tell of an entry that was not corrected in time, or withdrawn."""
    for moment in queries.moments_of(f"entry:{entry.public_id}", "entry.lapsed"):
        yield Event(moment, _("Not admitted: it was not corrected in time."))
    if entry.withdrawn_at is not None:
        yield Event(entry.withdrawn_at, _("The entry is withdrawn."), [entry.withdrawn_for])


def _results(entry: Entry, at: datetime) -> Iterator[Event]:
    """Tell of every round whose results its entrants may see by now."""
    for judged in concluding.shown_to(entry, at=at):
        url = url_for("outcomes.feedback", public_id=entry.public_id)
        words = _(
            "Results of “%(round)s” are out, with a feedback sheet.", round=judged.round.title
        )
        yield Event(judged.round.participant_results_at or at, words, url=url)

"""What entrants are told of judged rounds: marks by criterion, where they stand, nameless notes."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from contest import concluding, drafting, honouring, judged_results
from contest.document_queries import Say
from contest.documents import judged_feedback
from contest.documents.judged_facts import CriterionFeedback, RoundFeedback, Sheet
from contest.documents.paper import Paper
from contest.judged_results import Results
from contest.models import Contest, Entry
from contest.rules.judging import feedback
from core.db import db


class Told:
    """The feedback of a round; what all its entries are compared by is worked out once."""

    def __init__(self, results: Results) -> None:
        """Take the results as they are now, and what the final run says of them."""
        self.results, judged = results, results.read.judged
        run, held = concluding.run_of(judged), honouring.held_of(judged)
        self.rows: Mapping[str, Mapping[str, Any]] = {
            row["code"]: row for row in (run.rows if run is not None else ())
        }
        self.prizes = held.prizes if held is not None else ()

    def of(self, entry: Entry) -> RoundFeedback:
        """Return what the people of an entry are told of the round."""
        code = entry.code or entry.public_id
        row, read = self.rows.get(code), self.results.read
        return RoundFeedback(
            read.judged.round.title,
            row["place"] if row else None,
            self._beside(row) if row else 0,
            self._category(code),
            Decimal(row["result"]) if row and row["result"] else None,
            self._criteria(code),
            [(one.points, one.reason) for one in read.lines(code)] if code in read.entries else [],
            self._notes(code),
            [one.named for one in self.prizes if one.entry_id == entry.id],
        )

    def _beside(self, row: Mapping[str, Any]) -> int:
        """Return among how many entries one has its place."""
        return sum(one.get("category") == row.get("category") for one in self.rows.values())

    def _category(self, code: str) -> str:
        found = self.results.read.entries.get(code)
        return found.entry.category.title if found and self.results.resolved.groups else ""

    @cached_property
    def _marks(self) -> Mapping[str, Mapping[str, Decimal]]:
        protocol, groups = self.results.read.judged.declared, self.results.resolved.groups
        return judged_results.combined_marks(
            self.results.counted, protocol.rubric, protocol.terms, groups
        )

    @cached_property
    def _below(self) -> Mapping[str, Mapping[str, int]]:
        """The percentiles of each criterion, among those with whom an entry is ranked."""
        groups, found = self.results.resolved.groups, dict[str, dict[str, int]]()
        for id_, marks in self._marks.items():
            parts: dict[str, dict[str, Decimal]] = {}
            for entry, mark in marks.items():
                parts.setdefault(groups.get(entry, ""), {})[entry] = mark
            told = map(feedback.percentiles, parts.values())
            found[id_] = {entry: share for one in told for entry, share in one.items()}
        return found

    def _criteria(self, code: str) -> list[CriterionFeedback]:
        read = self.results.read
        if code not in read.entries:
            return []
        leaves = read.judged.declared.rubric.leaves(read.entries[code].entry.category.prefix)
        return [
            CriterionFeedback(
                leaf.title,
                self._marks.get(leaf.id, {}).get(code),
                leaf.most,
                self._below.get(leaf.id, {}).get(code),
                sorted(self._remarks.get((code, leaf.id), ())),
            )
            for leaf in leaves
        ]

    def _notes(self, code: str) -> list[str]:
        """Return what judges wrote for the entrant, in no order that would name them."""
        return sorted(self._noted.get(code, ()))

    @cached_property
    def _remarks(self) -> Mapping[tuple[str, str], Sequence[str]]:
        """What judges wrote of a criterion for the entrant; they are told in no order of judges."""
        found: dict[tuple[str, str], list[str]] = {}
        for (entry, _judge), cell in self.results.read.cells.items():
            for criterion, one in cell.remarks.items():
                if one["public"]:
                    found.setdefault((entry, criterion), []).append(str(one["text"]))
        return found

    @cached_property
    def _noted(self) -> Mapping[str, Sequence[str]]:
        found: dict[str, list[str]] = {}
        for (entry, _judge), cell in self.results.read.cells.items():
            if cell.public_note:
                found.setdefault(entry, []).append(cell.public_note)
        return found


def feedback_on(entry: Entry, *, at: datetime) -> list[RoundFeedback]:
    """Return the feedback of every round of an entry whose results its entrants may see by now."""
    shown = concluding.shown_to(entry, at=at)
    return [Told(judged_results.results(one)).of(entry) for one in shown]


# --- As papers ---------------------------------------------------------------------------------


def sheets(results: Results, say: Say) -> list[Sheet]:
    """Return the feedback of a round on a sheet for each entry, best first."""
    told = Told(results)
    return [_sheet(one.row.entry, [told.of(one.row.entry)], say) for one in results.rows]


def own_paper(entry: Entry, say: Say, *, at: datetime) -> Paper | None:
    """Return the feedback sheet of an entry for its own people; None while nothing is shown."""
    told = feedback_on(entry, at=at)
    if not told:
        return None
    contest = db.session.get_one(Contest, entry.contest_id)
    return judged_feedback.own(drafting.office_of(contest), contest.title, _sheet(entry, told, say))


def _sheet(entry: Entry, rounds: Sequence[RoundFeedback], say: Say) -> Sheet:
    unit = entry.unit.name if entry.unit is not None else ""
    lines = [[(points, say(reason)) for points, reason in one.lines] for one in rounds]
    return Sheet(entry.code or entry.public_id, entry.title, unit, rounds, lines)

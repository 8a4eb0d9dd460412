"""Documents of a contest drafted, written into files, numbered; a whole week in one archive."""

import io
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from accounts import auditing
from accounts.models import Account, Unit
from contest import document_queries, planning, quota_queries, run_queries
from contest.document_queries import Say, Wanted
from contest.documents import kinds, typeset, word, workbook
from contest.documents.facts import (
    ContestFacts,
    Matter,
    Person,
    RoundFacts,
    RoundRules,
    RulesFacts,
)
from contest.documents.kinds import FORMS, Kind, Need
from contest.documents.lints import Draft, lint
from contest.documents.office import Office
from contest.documents.paper import Paper
from contest.errors import DocumentIncomplete
from contest.models import Contest, NumberedDocument, Round, Stationery
from contest.rules import describing
from contest.rules.describing import Part, Remark
from core import jobs
from core.db import atomic, db
from core.jobs import Job, Work
from core.saying import Sentence
from core.vietnam import civil_day
from questions.rules.letterheads import Profile

JOB = "documents.write"
# The words of official documents, whatever the reader's language.
_PARTS = {
    Part.ENTRY: "Đối tượng của vòng thi",
    Part.PAPER: "Đề thi",
    Part.ATTEMPTS: "Số lượt thi",
    Part.PREDICTION: "Câu dự đoán",
    Part.RANKING: "Xếp hạng",
    Part.PASSING: "Điểm đạt",
    Part.PRACTICE: "Thi thử",
}
_ASKED = {
    "birth_date": "ngày sinh",
    "category": "chức danh hoặc đối tượng",
    "block": "khối dự thi",
}


class FileForm(StrEnum):
    """As what kind of file a document is written."""

    DOCX = "docx"
    PDF = "pdf"
    XLSX = "xlsx"

    @property
    def mime(self) -> str:
        """The type of the file."""
        office = "application/vnd.openxmlformats-officedocument"
        return {
            FileForm.DOCX: f"{office}.wordprocessingml.document",
            FileForm.PDF: "application/pdf",
            FileForm.XLSX: f"{office}.spreadsheetml.sheet",
        }[self]


_WRITE: Mapping[FileForm, Callable[[Paper], bytes]] = {
    FileForm.DOCX: word.docx,
    FileForm.PDF: typeset.pdf,
    FileForm.XLSX: workbook.xlsx,
}


@dataclass(frozen=True, slots=True)
class About:
    """Which document: its kind, the round it is about, or the unit by its code."""

    kind: Kind
    round: Round | None = None
    unit: str = ""

    @property
    def round_id(self) -> str:
        """The public id of the round; empty for the whole contest."""
        return self.round.public_id if self.round else ""


# --- The office --------------------------------------------------------------------------------


def office_of(contest: Contest) -> Office:
    """Return the office that issues a contest's documents; a likely one until it is set."""
    kept = document_queries.stationery_of(contest)
    if kept is not None:
        return kept.office
    leads = [host["name"] for host in contest.hosts if host.get("part") == "lead"]
    return Office(
        profile=Profile.COMMITTEE,
        parent=leads[0] if leads else "",
        body="Ban Tổ chức Cuộc thi",
    )


@atomic()
def keep_office(contest: Contest, office: Office, actor: Account) -> None:
    """Keep what stands around the documents of a contest."""
    kept = document_queries.stationery_of(contest)
    before = kept.office.written() if kept else {}
    if kept is None:
        db.session.add(Stationery(contest_id=contest.id, written=office.written()))
    else:
        kept.written = office.written()
    changed = sorted(name for name, value in office.written().items() if before.get(name) != value)
    auditing.record(
        actor,
        "documents.headed",
        f"contest:{contest.public_id}",
        log=contest.log,
        changed=changed,
    )


@dataclass(frozen=True, slots=True)
class Series:
    """What is numbered: a kind of document, what it is about, and the letters of its series."""

    kind: str
    letters: str
    about: str = ""
    run_id: int | None = None


def give_number(contest: Contest, about: About, actor: Account, *, at: datetime) -> str:
    """Give a document the next number of its series, and today's date; the same if it has one."""
    run_id = about.round.current_run_id if about.round else None
    series = Series(about.kind.value, FORMS[about.kind].letters, about.round_id, run_id)
    return number_in(contest, series, actor, at=at)


@atomic()
def number_in(contest: Contest, series: Series, actor: Account, *, at: datetime) -> str:
    """Give what a series numbers its number, and today's date; the same if it has one."""
    db.session.get_one(Contest, contest.id, with_for_update=True)
    given = document_queries.numbers_of(contest).get((series.kind, series.about))
    if given is None:
        given = NumberedDocument(
            contest_id=contest.id,
            kind=series.kind,
            about=series.about,
            letters=series.letters,
            number=1 + document_queries.last_number(contest, series.letters),
            dated_on=civil_day(at),
            run_id=series.run_id,
            made_by_id=actor.id,
            made_at=at,
        )
        db.session.add(given)
        auditing.record(
            actor,
            "documents.numbered",
            f"contest:{contest.public_id}",
            log=contest.log,
            kind=series.kind,
            about=series.about,
            number=f"{given.number:02}/{series.letters}",
        )
    return _padded(given)


def _padded(given: NumberedDocument) -> str:
    return f"{given.number:02}"


# --- Drafting ----------------------------------------------------------------------------------


def matter(contest: Contest, about: About, wanted: Wanted) -> Matter:
    """Return all that a document is made from."""
    return _matter(contest, about, wanted, _facts(contest, about, wanted))


def _facts(
    contest: Contest, about: About, wanted: Wanted
) -> tuple[ContestFacts, RoundFacts | None]:
    """Return the contest and the round in numbers, as far as the kind of document needs them."""
    if about.round is not None:
        with_people = Need.PEOPLE in FORMS[about.kind].needs
        told = document_queries.round_facts(about.round, wanted, with_people=with_people)
        return document_queries.contest_facts(contest, [told]), told
    held = document_queries.held_rounds(contest)
    if about.kind is Kind.REPORT:
        rounds = [document_queries.round_facts(one, wanted, with_people=False) for one in held]
    else:
        rounds = [document_queries.bare(one) for one in held]
    whole = document_queries.contest_facts(contest, rounds)
    if about.kind in kinds.OF_CONTEST_PRIZES:
        return whole, document_queries.contest_as_round(contest, held, wanted)
    return whole, None


def _matter(
    contest: Contest,
    about: About,
    wanted: Wanted,
    facts: tuple[ContestFacts, RoundFacts | None],
) -> Matter:
    whole, round_ = facts
    given = document_queries.numbers_of(contest).get((about.kind.value, about.round_id))
    unit = next((one for one in whole.units if one.code == about.unit), None)
    people = (
        document_queries.people_of_unit(contest, unit.code, wanted)
        if unit and about.kind is Kind.UNIT_REPORT
        else ()
    )
    return Matter(
        office=office_of(contest),
        contest=whole,
        round=round_,
        number=_padded(given) if given else "",
        on=given.dated_on if given else None,
        unit=unit,
        people=people,
        rules=rules_of(contest, wanted.say) if about.kind in kinds.FROM_RULES else None,
    )


def own_report(contest: Contest, unit: Unit, say: Say, *, with_names: bool) -> Paper:
    """Return the report of a unit for its own officer: who took part, never how well.

    Without names for whoever runs the contest. Raise `DocumentIncomplete` for a unit that is
    counted in another one.
    """
    whole = document_queries.contest_facts(contest, [])
    figures = next((one for one in whole.units if one.code == unit.code), None)
    if figures is None:
        raise DocumentIncomplete
    took = quota_queries.people_of(contest, unit) if with_names else []
    takers = tuple(
        Person(at, one.name, post=say(Sentence(one.category.label)) if one.category else "")
        for at, one in enumerate(took, start=1)
        if one.has_taken_part
    )
    told = Matter(office_of(contest), whole, unit=figures, takers=takers)
    return kinds.paper(Kind.UNIT_REPORT, told)


def draft(contest: Contest, about: About, wanted: Wanted) -> Paper:
    """Return a document. Raise `DocumentIncomplete` where something it needs is missing."""
    made_from = matter(contest, about, wanted)
    if kinds.missing(about.kind, made_from):
        raise DocumentIncomplete
    return kinds.paper(about.kind, made_from)


def write(paper: Paper, form: FileForm) -> bytes:
    """Return a document as a file of a form."""
    return _WRITE[form](paper)


@atomic()
def record(
    contest: Contest, about: About, actor: Account | None, *, form: str, in_full: bool
) -> None:
    """Write down that somebody takes a document out, and whether with personal data."""
    auditing.record(
        actor,
        "documents.written",
        f"contest:{contest.public_id}",
        log=contest.log,
        kind=about.kind.value,
        about=about.round_id or about.unit,
        form=form,
        personal_data=in_full,
    )


def file_name(contest: Contest, about: About, form: FileForm) -> str:
    """Return the name under which a document is saved."""
    parts = [about.kind.value, contest.slug]
    if about.round is not None:
        parts.append(f"vong-{about.round.number}")
    if about.unit:
        parts.append(about.unit.lower())
    return f"{'-'.join(parts)}.{form.value}"


# --- The rules ---------------------------------------------------------------------------------


def rules_of(contest: Contest, say: Say) -> RulesFacts:
    """Return the rules of a contest as the configuration that runs it says them."""
    plans = _plans(contest)
    told: dict[tuple[tuple[str, tuple[str, ...]], ...], list[tuple[str, str]]] = {}
    for title, plan in plans:
        said = describing.parts(plan)
        common = tuple(
            (name, tuple(say(one) for one in said[part])) for part, name in _PARTS.items()
        )
        window = " ".join(say(one) for one in [*said[Part.WINDOW], *said[Part.RESULTS]])
        told.setdefault(common, []).append((title, window))
    return RulesFacts(
        eligibility=contest.eligibility,
        min_age=contest.min_age,
        rounds=tuple(RoundRules(tuple(windows), parts) for parts, windows in told.items()),
        prizes=contest.prizes_text,
        more=contest.rules_text,
        contact=contest.contact,
        asked=tuple(_ASKED[name] for name in contest.fields if name in _ASKED),
        blocks=tuple(block.title for block in contest.blocks),
    )


def _plans(contest: Contest) -> list[tuple[str, describing.RoundPlan]]:
    return [
        (one.title, planning.plan_of(contest, planning.settings_of(one), None))
        for one in document_queries.held_rounds(contest)
    ]


def remarks_on_rules(contest: Contest, say: Say) -> list[Remark]:
    """Return what the rules of a contest leave open."""
    whole = document_queries.contest_facts(contest, [])
    return lint(
        Draft(
            office=office_of(contest),
            rules=rules_of(contest, say),
            plans=_plans(contest),
            units=whole.units,
            leads=whole.leads,
            excluded=planning.excluded(contest),
        )
    )


# --- A week ------------------------------------------------------------------------------------


@atomic()
def order(contest: Contest, round_: Round, actor: Account, *, in_full: bool, at: datetime) -> Job:
    """Queue the writing of all documents of a round into one archive."""
    payload = {"round_id": round_.id, "in_full": in_full, "owner": actor.id}
    key = f"{JOB}:{round_.public_id}:{actor.id}:{int(in_full)}"
    return jobs.enqueue(JOB, payload, at=at, key=key, owner=actor.id)


def archive(work: Work, say: Say) -> tuple[bytes, str]:
    """Write the archive that was ordered, saying how far it is; return it and its name."""
    round_ = run_queries.round_of(int(work.payload["round_id"]))
    contest, in_full = round_.contest, bool(work.payload["in_full"])
    wanted = Wanted(say, in_full)
    work.progress(0, 1)
    told = document_queries.round_facts(round_, wanted, with_people=True)
    work.progress(0, 1)
    facts = document_queries.contest_facts(contest, [told]), told
    papers = {
        kind: kinds.paper(kind, made_from)
        for kind in kinds.OF_ROUND
        if not kinds.missing(
            kind, made_from := _matter(contest, About(kind, round_), wanted, facts)
        )
    }
    written = [(kind, form) for kind in papers for form in forms_of(papers[kind])]
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as bundle:
        for at, (kind, form) in enumerate(written):
            work.progress(at, len(written))
            name = file_name(contest, About(kind, round_), form)
            bundle.writestr(name, write(papers[kind], form))
    work.progress(len(written), len(written))
    with atomic():
        actor = db.session.get(Account, work.payload["owner"])
        for kind in papers:
            record(contest, About(kind, round_), actor, form="zip", in_full=in_full)
    return target.getvalue(), f"van-ban-{contest.slug}-vong-{round_.number}.zip"


def forms_of(paper: Paper) -> list[FileForm]:
    """Return the forms in which a document can be had; a workbook only where it has a table."""
    if paper.all_tables:
        return list(FileForm)
    return [FileForm.DOCX, FileForm.PDF]

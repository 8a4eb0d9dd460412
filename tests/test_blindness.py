"""Every page and file that a role can reach from its menus, read for what the role may not know.

The walk follows links as a browser would, from the front page and the staff's home, until nothing
new is found; files are opened and read too. Before results are shown, of a blind round:

| role                | entrants' names | units by entries | scores of others | judges' names |
|---------------------|-----------------|------------------|------------------|---------------|
| judge               | no              | no               | no               | yes           |
| chair of the panel  | no              | no               | own sheet locked | yes           |
| panel's secretary   | no              | no               | yes              | yes           |
| supervisor          | no              | no               | yes              | yes           |
| entrant             | own entry's     | own entry's      | no               | no            |
| screener            | yes             | yes              | no               | yes           |
| officer of a unit   | no              | no               | no               | no            |
| observer            | no              | no               | no               | yes           |
| proctor             | no              | no               | no               | yes           |
| participant, public | no              | no               | no               | no            |

Judges see of an entry what others gave only once their own sheet for it is locked, chairs too; of
an entry in conflict they see neither answers nor files. In a round that is not blind, as on a
stage, units stand beside entries for everybody on the panel. `test_blind_addresses.py` asks for
what the menus do not show.
"""

import html
import io
import re
import subprocess
import zipfile
from decimal import Decimal
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select

from accounts import authenticating, charting
from accounts.rules.authorizing import Role, ScopeKind
from contest import demo_judged
from contest.models import (
    Entry,
    JudgedRound,
    JudgedRun,
    JudgedRunState,
    Panel,
    PanelMember,
    PanelRole,
    Round,
    RoundEntry,
    RoundState,
    Scoresheet,
    SheetState,
)
from core import clock, i18n
from core.db import atomic, db
from tests import factories
from tests.contest import judging as judging_rows

pytestmark = pytest.mark.slow

LINK = re.compile(r'(?:href|src|data-url)="(/[^"#]*)')
# Leaves the session, or answers for ever.
LEFT_OUT = re.compile(r"/dang-xuat|/static/|/tep-tinh/|^//|lang=|/ngon-ngu")
START = ("/", "/quan-ly/", "/thi/")
# So many pages no role has: a walk that does not end has found addresses without end.
MOST = 1500


@pytest.fixture
def contests(app):
    """The judged contests of the demo, before anything of the finished one is shown."""
    charting.load_daklak()
    made = demo_judged.load(at=clock.now())
    with atomic():
        for round_ in made[0].rounds:
            round_.participant_results_at = round_.public_results_at = None
    return made


class Walk:
    """What somebody can reach: the text of every answer, by its address."""

    def __init__(self, client, account, *, is_staff=False):
        self.client, self.found = client, {}
        client.delete_cookie("sid")
        if account is not None:
            token = authenticating.open_session(
                account, is_staff=is_staff, device="phép thử", at=clock.now()
            )
            client.set_cookie("sid", token)

    def go(self, *start):
        waiting = list(start)
        kinds = {}
        while waiting and len(self.found) < MOST:
            address = waiting.pop(0)
            if address in self.found or LEFT_OUT.search(address):
                continue
            # Of many pages that differ by one number a few are enough, of each kind.
            kind = re.sub(r"\d+|[a-z0-9]{20,}", "*", address)
            kinds[kind] = kinds.get(kind, 0) + 1
            if kinds[kind] > 60:
                continue
            reply = self.client.get(address)
            db.session.remove()
            self.found[address] = text = said(reply)
            if reply.status_code in (301, 302, 303):
                there = urlsplit(reply.headers["Location"])
                waiting.append(there._replace(scheme="", netloc="").geturl())
            waiting += [html.unescape(one) for one in LINK.findall(text)]
        assert len(self.found) < MOST
        return self.found


def said(reply):
    """Return what an answer says: text as it is, files as what stands in them."""
    kind, data = reply.mimetype, reply.data
    if data[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(data)) as files:
            inner = [files.read(name) for name in files.namelist()]
        return "\n".join(one.decode("utf-8", "replace") for one in inner)
    if kind == "application/pdf":
        done = subprocess.run(["pdftotext", "-", "-"], input=data, capture_output=True, check=True)
        return done.stdout.decode()
    if not kind.startswith(("text/", "application/")):
        return ""
    return html.unescape(data.decode("utf-8", "replace"))


def walked(client, account, *more, **known):
    return Walk(client, account, **known).go(*START, *more)


def seats(contest, number):
    """Return the person who sits with that number on the last panel of a contest."""
    wanted = (
        select(PanelMember)
        .join(PanelMember.panel)
        .where(PanelMember.number == number, PanelMember.role != PanelRole.SECRETARY)
        .order_by(PanelMember.id.desc())
    )
    return next(
        one.account
        for one in db.session.scalars(wanted)
        if one.panel.judged.round.contest_id == contest.id
    )


def people_of(contest):
    entries = db.session.scalars(select(Entry).where(Entry.contest_id == contest.id)).all()
    return {entry.title: [one.full_name for one in entry.members] for entry in entries}


def units_of(contest):
    entries = db.session.scalars(select(Entry).where(Entry.contest_id == contest.id)).all()
    return {entry.title: entry.unit.name for entry in entries}


def named(pages, people):
    """Return where a name of somebody stands."""
    every = {name for names in people.values() for name in names}
    return [(at, name) for at, text in pages.items() for name in every if name in text]


def linked(pages, units):
    """Return where an entry's title and its unit stand together."""
    return [
        (at, title)
        for at, text in pages.items()
        for title, unit in units.items()
        if title in text and unit in text
    ]


def test_judge_of_a_blind_round_finds_no_entrant_and_no_unit_beside_an_entry(client, contests):
    people, units = people_of(contests[0]), units_of(contests[0])
    judge = seats(contests[0], 3)
    pages = walked(client, judge, is_staff=True)

    assert any(title in text for text in pages.values() for title in units)
    assert named(pages, people) == []
    assert linked(pages, units) == []


def test_judge_finds_nobodys_score_for_an_entry_before_the_own_sheet_is_locked(client, contests):
    judge = seats(contests[1], 5)
    title, scores = in_progress(contests[1])
    titles = list(units_of(contests[1]))
    pages = walked(client, judge, is_staff=True)

    assert len(scores) == 3
    assert any(title in text for text in pages.values())
    assert [
        (at, score)
        for at, text in pages.items()
        for part in said_of(text, title, titles)
        for score in scores
        if re.search(rf"(?<![\d,.]){re.escape(score)}(?![\d,])", part)
    ] == []


def in_progress(contest):
    """Return the title of the team whose sheets are half in, and the scores of those that are."""
    row = db.session.scalars(
        select(RoundEntry)
        .join(JudgedRound, JudgedRound.round_id == RoundEntry.round_id)
        .join(RoundEntry.entry)
        .where(Entry.contest_id == contest.id, RoundEntry.running_order == 12)
    ).one()
    sheets = db.session.scalars(select(Scoresheet).where(Scoresheet.round_entry_id == row.id))
    scores = [sheet.locked.points for sheet in sheets if sheet.locked is not None]
    return row.entry.title, [i18n.score(one.quantize(one.__class__("0.01"))) for one in scores]


def said_of(text, title, titles):
    """Return what a page says of an entry: each time from its title to the next one's."""
    every = "|".join(map(re.escape, titles))
    parts = re.split(f"({every})", re.sub(r"<[^>]*>", " ", text))
    return [after for name, after in zip(parts[1::2], parts[2::2], strict=True) if name == title]


@pytest.mark.parametrize("role", [None, "participant", "proctor"])
def test_who_has_no_part_in_judging_finds_no_score_and_no_entrant(client, contests, role):
    account = None
    if role is not None:
        account = factories.account(full_name="Trần Văn Khách")
    if role == "proctor":
        factories.grant(account, Role.PROCTOR, ScopeKind.CONTEST, contests[0].id)
    people = people_of(contests[0]) | people_of(contests[1])
    pages = walked(client, account, is_staff=role == "proctor")

    assert len(pages) > 5
    assert named(pages, people) == []


# --- Who has a part in judging, and still may not know everything -------------------------------


@pytest.fixture
def judging(contests):
    """The last round of the finished contest as it was on the day before it was closed."""
    last = contests[0].rounds[-1]
    with atomic():
        db.session.get_one(Round, last.id).state = RoundState.READY
        for run in db.session.scalars(select(JudgedRun).where(JudgedRun.round_id == last.id)):
            run.state = JudgedRunState.EARLIER
    return last


def table_of(round_):
    return f"/quan-ly/vong/{round_.public_id}/bang-diem"


def judges_of(contest):
    """The names of everybody who judges in a contest."""
    rows = select(PanelMember).join(Panel).join(Round, Round.id == Panel.round_id)
    wanted = rows.where(Round.contest_id == contest.id, PanelMember.role != PanelRole.SECRETARY)
    return {one.account.full_name for one in db.session.scalars(wanted)}


def scores_of(contest):
    """What judges gave each entry of a contest, as pages write it, by the entry's title."""
    given = {}
    rows = select(Scoresheet).join(Scoresheet.round_entry).join(RoundEntry.entry)
    for sheet in db.session.scalars(rows.where(Entry.contest_id == contest.id)):
        if sheet.locked is not None:
            points = i18n.score(sheet.locked.points.quantize(Decimal("0.01")))
            given.setdefault(sheet.round_entry.entry.title, set()).add(points)
    return given


def scored(pages, given):
    """Return where a score of an entry stands on a page that names the entry."""
    found = {}
    for at, text in pages.items():
        numbers = set(re.findall(r"(?<![\d,.])\d{2,3},\d{1,2}(?![\d,])", text))
        titles = [title for title, scores in given.items() if title in text and scores & numbers]
        if titles:
            found[at] = titles
    return found


def mentioned(pages, words):
    return sorted({(at, one) for at, text in pages.items() for one in words if one in text})


def test_chair_of_a_blind_panel_finds_scores_and_judges_and_nobody_who_entered(
    client, contests, judging
):
    people, units, names = people_of(contests[0]), units_of(contests[0]), judges_of(contests[0])
    given = scores_of(contests[0])
    table = table_of(judging)
    pages = walked(client, seats(contests[0], 1), table, is_staff=True)

    assert scored(pages, given)[table]
    assert mentioned(pages, names)
    assert named(pages, people) == []
    assert linked(pages, units) == []


@pytest.mark.parametrize("role", [PanelRole.SECRETARY, PanelRole.SUPERVISOR])
def test_who_assists_a_blind_panel_finds_scores_and_nobody_who_entered(
    client, contests, judging, role
):
    account = factories.account(full_name="Trần Văn Khách")
    panel = db.session.scalars(select(Panel).where(Panel.round_id == judging.id)).one()
    judging_rows.judge(panel, number=90, account_id=account.id, role=role)
    people, units, given = people_of(contests[0]), units_of(contests[0]), scores_of(contests[0])
    table = table_of(judging)
    pages = walked(client, account, table, is_staff=True)

    assert scored(pages, given)[table]
    assert named(pages, people) == []
    assert linked(pages, units) == []


def test_chair_on_stage_finds_nobodys_score_before_the_own_sheet_is_locked(client, contests):
    chair, titles = seats(contests[1], 1), list(units_of(contests[1]))
    title, _scores = in_progress(contests[1])
    reopened(chair, title)
    others, given = in_progress(contests[1])[1], scores_of(contests[1])
    table = table_of(contests[1].rounds[-1])
    pages = walked(client, chair, table, is_staff=True)

    assert len(others) == 2
    assert scored(pages, given)[table]
    assert [
        (at, score)
        for at, text in pages.items()
        for part in said_of(text, title, titles)
        for score in others
        if re.search(rf"(?<![\d,.]){re.escape(score)}(?![\d,])", part)
    ] == []


def reopened(judge, title):
    """Open the sheet of a judge for an entry again."""
    wanted = (
        select(Scoresheet)
        .join(Scoresheet.member)
        .join(Scoresheet.round_entry)
        .join(RoundEntry.entry)
        .where(PanelMember.account_id == judge.id, Entry.title == title)
    )
    with atomic():
        sheet = db.session.scalars(wanted).one()
        version = sheet.locked
        version.unlocked_at, version.unlocked_by_id = clock.now(), judge.id
        version.unlocked_for, sheet.state = "Nhầm tiêu chí", SheetState.DRAFT


def test_entrant_finds_the_own_entry_and_no_score_no_judge_and_nobody_elses(client, contests):
    entry = db.session.scalars(select(Entry).where(Entry.contest_id == contests[0].id)).first()
    own, leader = entry.title, entry.entered_by
    people, units = people_of(contests[0]) | people_of(contests[1]), units_of(contests[0])
    judges, given = judges_of(contests[0]) | judges_of(contests[1]), scores_of(contests[0])
    pages = walked(client, leader, "/thi/bai-du-thi")
    mine = people.pop(own)

    assert units.pop(own)
    assert mentioned(pages, [own])
    assert mentioned(pages, units) == []
    assert named(pages, {"": set().union(*people.values()) - set(mine)}) == []
    assert mentioned(pages, judges - set(mine)) == []
    assert scored(pages, given) == {}


def test_screener_finds_who_entered_and_no_score(client, contests, judging):
    account, people = factories.account(full_name="Trần Văn Khách"), people_of(contests[0])
    factories.grant(account, Role.SCREENER, ScopeKind.CONTEST, contests[0].id)
    given = scores_of(contests[0])
    pages = walked(client, account, is_staff=True)

    assert named(pages, people)
    assert mentioned(pages, given)
    assert scored(pages, given) == {}


def test_officer_of_a_unit_finds_no_entry_no_judge_and_nobody_of_another_unit(client, contests):
    entry = db.session.scalars(select(Entry).where(Entry.contest_id == contests[0].id)).first()
    account, people = factories.account(full_name="Trần Văn Khách"), people_of(contests[0])
    factories.grant(account, Role.UNIT_OFFICER, ScopeKind.UNIT, entry.unit_id)
    mine, judges = set(people.pop(entry.title)), judges_of(contests[0])
    titles = [entry.title, *people]
    pages = walked(client, account)

    assert len(pages) > 5
    assert named(pages, {"": set().union(*people.values()) - mine}) == []
    assert mentioned(pages, titles) == []
    assert mentioned(pages, judges - mine) == []


def test_observer_finds_entries_by_their_titles_and_neither_names_nor_scores(
    client, contests, judging
):
    account, people = factories.account(full_name="Trần Văn Khách"), people_of(contests[0])
    factories.grant(account, Role.OBSERVER, ScopeKind.CONTEST, contests[0].id)
    units, given = units_of(contests[0]), scores_of(contests[0])
    pages = walked(client, account, is_staff=True)

    assert mentioned(pages, units)
    assert named(pages, people) == []
    assert linked(pages, units) == []
    assert scored(pages, given) == {}

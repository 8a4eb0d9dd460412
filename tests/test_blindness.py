"""Every page and file that a role can reach from its menus, read for what the role may not know.

The walk follows links as a browser would, from the front page and the staff's home, until nothing
new is found; files are opened and read too.
"""

import html
import io
import re
import subprocess
import zipfile
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select

from accounts import authenticating, charting
from accounts.rules.authorizing import Role, ScopeKind
from contest import demo_judged
from contest.models import Entry, JudgedRound, PanelMember, PanelRole, RoundEntry, Scoresheet
from core import clock, i18n
from core.db import atomic, db
from tests import factories

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
            token, _ = authenticating.open_session(
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


def walked(client, account, **known):
    return Walk(client, account, **known).go(*START)


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

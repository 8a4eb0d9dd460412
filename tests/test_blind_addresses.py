"""Direct addresses of judged contests, asked for by those who may not know what is there.

Each person below has a part in the contest. Whatever is not listed for a person is another
panel's, another judge's or another entrant's, and answers as if it were not there, or forbids.

| who                     | what they reach beside pages for everybody                      |
|-------------------------|-----------------------------------------------------------------|
| judge, chair            | the round they sit in: rules, panels, codes, the own sheets     |
| secretary, supervisor   | nothing: a seat opens the table and the paper of its own panel  |
| entrant                 | a category that takes entries; nobody else's entry or file      |
| screener                | entries, files and appeals of the contest; no score, no sheet   |
| officer of a unit       | nothing that is judged                                          |
"""

import hashlib
from dataclasses import replace

import pytest

from accounts.rules.authorizing import Role, ScopeKind
from contest import judging as acting
from contest.models import EntryVersion, PanelRole
from contest.rules.judging.conflicts import Cause
from contest.rules.judging.terms import Missing, Rule, Terms
from core import clock, files
from core.db import atomic, db
from tests import factories
from tests.contest import entering, judging
from tests.judged_factories import Scene, protocol
from tests.test_rights import addresses, letter
from tests.world import Asker, World

pytestmark = pytest.mark.slow

JUDGED = {
    "ballots", "categories", "conclusions", "entries", "firmness", "honours", "judge",
    "judged_papers", "judged_rounds", "outcomes", "own_entries", "panels", "paper_sheets", "parts",
    "promotions", "scores", "sifting", "stages", "uploads", "votes",
}  # fmt: skip
EVERYBODY = {"judge.rounds", "outcomes.show", "own_entries.index", "votes.cast", "votes.received"}
EVERYBODY |= {"votes.show", "own_entries.join", "own_entries.link"}
ENTRANT = {"own_entries.new", "own_entries.begin"}
IN_CONTEST = {"judged_rounds.show", "parts.index"}
SCREENS = IN_CONTEST | {
    "entries.index", "entries.clear", "entries.redact", "entries.remove_copy", "entries.withdraw",
    "sifting.decide", "sifting.extend", "sifting.give", "sifting.lapse", "sifting.show",
    "uploads.begin_copy", "uploads.download",
}  # fmt: skip
REACHED = {
    "judge": {"judged_rounds.show", "judge.sheets"},
    "chair": {"judged_rounds.show", "judge.sheets"},
    "secretary": set(),
    "supervisor": set(),
    "entrant": ENTRANT,
    "screener": SCREENS,
    "officer": set(),
}


@pytest.fixture
def world(app):
    return World()


def person(world, role):
    """Somebody with this part in the contest, and no part in what the addresses name."""
    account = factories.account(full_name="Trần Văn Khách", unit_id=world.unit.id)
    if role == "officer":
        factories.grant(account, Role.UNIT_OFFICER, ScopeKind.UNIT, world.unit.id)
    elif role == "screener":
        factories.grant(account, Role.SCREENER, ScopeKind.CONTEST, world.contest.id)
    elif role == "entrant":
        enrolment = factories.enrolment(world.contest, account, number=77)
        entering.handed_in(world.category, enrolment)
    else:
        sits(world, account, role)
    return account


def sits(world, account, role):
    """Seat somebody on another panel of the round, with the right that comes with judging."""
    panel = judging.panel(world.panel.judged, title="Ban giám khảo thứ hai")
    as_ = {"judge": PanelRole.MEMBER}.get(role) or PanelRole(role)
    seat = judging.judge(panel, account_id=account.id, role=as_)
    if role in ("judge", "chair"):
        factories.grant(account, Role.JUDGE, ScopeKind.ROUND, world.judged.id)
        entry = judging.entry(world.category, code="E-777", title="Sổ tay điện tử của thôn")
        judging.sheet(judging.round_entry(world.panel.judged, entry), seat)


@pytest.mark.parametrize("role", REACHED)
def test_direct_addresses_open_nothing_that_the_role_may_not_know(app, world, role):
    asker, at = Asker(app, person(world, role)), world.addresses(app)

    answers = {
        endpoint: letter(asker.ask(method, at[endpoint], data={} if method == "POST" else None))
        for method, endpoint in addresses(app)
        if endpoint.partition(".")[0] in JUDGED
    }

    assert len(answers) > 100
    assert set(answers.values()) <= set("+fn")
    reached = {endpoint for endpoint, answer in answers.items() if answer == "+"}
    assert reached == EVERYBODY | REACHED[role]


# --- The same panel ----------------------------------------------------------------------------

SECRET = "Tài khoản dùng thử ở Trung tâm hành chính công"


class Blind:
    """A blind round: nobody but the second judge has signed the first entry, which has a file."""

    def __init__(self):
        # Places are there as soon as one sheet is: what is missing is left out.
        rest = replace(protocol(), terms=Terms(Rule.MEAN, missing=Missing.REST))
        scores = ((None, "71.25", None, None), ("83.5", "84.75", "82.25", "81.75"))
        self.scene = Scene(scores, declared=rest, judges=4, is_blind=True)
        self.row, self.round = self.scene.rows[0], self.scene.round.public_id
        self.file = judging.file(self.row.entry, digest=kept(b"thuyet minh"), is_clear=True)
        content = {
            "title": self.row.entry.title,
            "form": [{"id": "f1", "label": "Cách làm"}],
            "answers": {"f1": SECRET},
            "files": [{"id": self.file.public_id, "title": "Thuyết minh", "kind": "file"}],
        }
        with atomic():
            db.session.get_one(EntryVersion, self.row.version_id).content = content

    def judge(self, number):
        return self.scene.judges[number - 1].account

    def sheet(self, number):
        return self.scene.sheets[0, number - 1].public_id

    def of_sheet(self, number):
        return f"/cham/vong/{self.round}/phieu/{self.sheet(number)}"

    def seated(self, role):
        account = factories.account(full_name="Trần Văn Khách")
        judging.judge(self.scene.panel, number=9, account_id=account.id, role=role)
        return account


def kept(content):
    """The digest under which this content is kept."""
    digest = hashlib.sha256(content).hexdigest()
    path = files.path_of(digest)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return digest


@pytest.fixture
def blind(app):
    return Blind()


def test_sheet_of_another_judge_of_the_panel_is_not_there(app, blind):
    asker = Asker(app, blind.judge(3))
    headers = {"X-Requested-With": "chungtay"}

    own, others = blind.of_sheet(3), blind.of_sheet(2)
    asked = [("GET", ""), ("POST", ""), ("PUT", "/luu"), ("POST", "/xung-dot")]

    assert asker.ask("GET", own).status_code == 200
    answers = [
        asker.ask(method, others + more, headers=headers, json={} if method == "PUT" else None)
        for method, more in asked
    ]
    assert [one.status_code for one in answers] == [404] * 4


def test_member_of_the_panel_opens_no_table_no_run_and_no_paper(app, blind):
    asker, staff = Asker(app, blind.judge(3)), "/quan-ly/vong/" + blind.round
    panel = blind.scene.panel.public_id

    closed = [
        f"{staff}/bang-diem", f"{staff}/bang-diem/A-001", f"{staff}/do-vung",
        f"{staff}/chot-cham", f"{staff}/chot-cham/lan/1", f"{staff}/giay-to-cham",
        f"{staff}/vong-sau", f"{staff}/giai-bai-du-thi", f"{staff}/ban-giam-khao",
        f"/cham/ban/{panel}", f"/quan-ly/phieu-giay/ban/{panel}",
    ]  # fmt: skip

    assert {asker.ask("GET", one).status_code for one in closed} == {403, 404}


def test_chair_reads_no_score_no_place_and_no_name_before_the_own_sheet(app, blind):
    asker, table = Asker(app, blind.judge(1)), f"/quan-ly/vong/{blind.round}/bang-diem"

    pages = [asker.ask("GET", table + more).text for more in ("", "?xep=hang", "/A-001", "/A-002")]

    assert "84,75" in pages[0]
    assert [
        page for page in pages for told in ("71,25", "Xã Ea Súp", "Hoa 1") if told in page
    ] == []
    assert [page for page in pages if 'class="rank"' in page] == []
    by_place = pages[1]
    assert by_place.index("A-001") < by_place.index("A-002")
    firm = asker.ask("GET", f"/quan-ly/vong/{blind.round}/do-vung").status_code
    assert firm == 403


@pytest.mark.parametrize("role", [PanelRole.SECRETARY, PanelRole.SUPERVISOR])
def test_who_keeps_the_books_of_a_blind_panel_reads_scores_and_no_name(app, blind, role):
    asker, table = Asker(app, blind.seated(role)), f"/quan-ly/vong/{blind.round}/bang-diem"

    pages = [asker.ask("GET", table + more).text for more in ("", "/A-001", "/A-002")]

    assert "71,25" in pages[0]
    assert [page for page in pages for told in ("Xã Ea Súp", "Hoa 1") if told in page] == []
    closed = (f"/tep-bai/{blind.file.public_id}", blind.of_sheet(2), f"{table[:-10]}/giay-to-cham")
    assert [asker.ask("GET", one).status_code for one in closed] == [404, 404, 404]


@pytest.mark.parametrize("role", [Role.ORGANIZER, Role.SECRETARY, Role.SCREENER])
def test_staff_who_judge_blindly_read_neither_entries_nor_papers_of_the_round(app, blind, role):
    judge = blind.judge(3)
    factories.grant(judge, role, ScopeKind.CONTEST, blind.scene.contest.id)
    asker, contest = Asker(app, judge), blind.scene.contest.public_id

    closed = [
        f"/quan-ly/cuoc-thi/{contest}/bai-du-thi",
        f"/quan-ly/bai-du-thi/{blind.row.entry.public_id}",
        f"/quan-ly/vong/{blind.round}/giay-to-cham",
    ]

    assert [asker.ask("GET", one).status_code for one in closed] == [403] * 3
    exported = asker.ask("POST", closed[-1] + "/du-lieu", data={})
    assert exported.status_code == 403


def test_judge_in_conflict_never_reaches_the_entry(app, blind):
    judge, download = blind.judge(3), f"/tep-bai/{blind.file.public_id}"
    asker, headers = Asker(app, judge), {"X-Requested-With": "chungtay"}
    before = [asker.ask("GET", one) for one in (blind.of_sheet(3), download)]
    entry = blind.scene.fresh(blind.row).entry
    acting.recuse(entry, judge, judge, Cause.DECLARED, note="Người nhà", at=clock.now())

    pages = [asker.ask("GET", one) for one in (blind.of_sheet(3), f"/cham/vong/{blind.round}")]

    assert [one.status_code for one in before] == [200, 200]
    assert SECRET in before[0].text
    assert [told for one in pages for told in (SECRET, download) if told in one.text] == []
    sent = {"sequence": 1, "marks": {"new": "30"}, "device": "d", "signs": True}
    saved = asker.ask("PUT", blind.of_sheet(3) + "/luu", json=sent, headers=headers)
    assert (asker.ask("GET", download).status_code, saved.status_code >= 400) == (404, True)

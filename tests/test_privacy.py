"""What is known of a person stays where it may be known: pages, boards, files, JSON, logs."""

import io
import json
import logging
import re
import zipfile
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from accounts import consenting, upholding
from accounts.models import Account, AuditEntry
from accounts.registering import named
from accounts.rules.authorizing import Role, ScopeKind
from accounts.rules.consents import Purpose
from contest import attempting, deciding, greeting, publishing, saving
from contest.board_lines import kept
from contest.models import Enrolment, Round
from contest.rules import setting
from core import clock, logs
from core.db import atomic, db
from questions.models import Item, ItemState, ItemVersion, ItemView, ViewPlace
from tests import factories
from tests.test_rights import addresses
from tests.world import EMAIL, NAME, PHONE, Asker, World

pytestmark = pytest.mark.slow

BORN = date(1993, 8, 27)
# Every form in which what is known of the person could come out.
CONTACT = re.compile(r"914[ .]?556[ .]?677|ngoctram\.ho@|27[/-]0?8[/-]1993|1993-08-27", re.I)
FULL = re.compile(r"Ngọc\s+Trâm|Ngoc\s+Tram|\bTR[ÂA]M\b", re.I)
ABROAD = ("stranger", "neighbour", "foreign", "author", "observer", "organizer")


@pytest.fixture
def world(app):
    made = World()
    with atomic():
        person = db.session.get(Account, made.people["participant"].id)
        person.birth_date, person.unit_claim = BORN, ""
        for row in db.session.query(Enrolment):
            row.publishes_name = True
    kept.forget()
    return made


def again(row):
    db.session.rollback()
    return db.session.get(type(row), row.id)


def close(world):
    """Let the round end, compute it and show it to everybody."""
    later = clock.now()
    with atomic():
        round_ = db.session.get(Round, world.round.id)
        round_.closes_at = round_.public_results_at = later - timedelta(seconds=1)
        for sitting in round_.sittings:
            sitting.closes_at = round_.closes_at
    attempting.submit(again(world.running), None, at=later)
    admin = world.people["admin"]
    waiting = again(world.decision)
    deciding.withdraw(waiting, waiting.proposed_by)
    publishing.compute(again(world.round), admin, reason="Hết giờ", at=later)
    publishing.publish(again(world.round), admin, at=later)
    kept.forget()


def seen(app, world, role, *, method="GET", **asked):
    """Return what a role is answered at every address, headers and all."""
    at, asker = world.addresses(app), Asker(app, world.people.get(role))
    answers = {
        endpoint: asker.ask(method, at[endpoint], **asked)
        for verb, endpoint in addresses(app)
        if verb == method and endpoint not in ("profile.download",)
    }
    return {
        endpoint: f"{answer.headers}\n{answer.get_data().decode('utf-8', 'replace')}"
        for endpoint, answer in answers.items()
        if "zip" not in answer.mimetype and "sheet" not in answer.mimetype
    }


def leaks(pages, *patterns):
    return {
        endpoint: found
        for endpoint, page in pages.items()
        if (found := [p.pattern for p in patterns if p.search(page)])
    }


# --- Names, numbers, birth dates ---------------------------------------------------------------


@pytest.mark.parametrize("role", ABROAD)
def test_nobody_without_the_right_reads_who_took_part(app, world, role):
    assert leaks(seen(app, world, role), FULL, CONTACT) == {}


@pytest.mark.parametrize("role", ["officer", "admin"])
def test_those_who_keep_people_read_the_name_and_not_the_contact(app, world, role):
    found = leaks(seen(app, world, role), CONTACT)

    assert found == {}


@pytest.mark.parametrize("words", ["tram", "Trâm", "ngoc tram", "ho thi ngoc tram", "0914556677"])
def test_search_of_the_board_unmasks_nobody(app, world, words):
    rows = "".join(found(app, world, words))

    assert leaks({"rows": rows}, FULL, CONTACT) == {}


def found(app, world, words):
    """Return the rows of the board that a search finds."""
    board = f"/cuoc-thi/{world.contest.slug}/bang-xep-hang/1"
    page = Asker(app).ask("GET", board, query_string={"tim": words}).text
    return [row for row in re.findall(r"<tr[^>]*>.*?</tr>", page, re.S) if "***" in row]


@pytest.mark.parametrize(
    ("name", "shown", "hidden"),
    [
        ("H’Bia Niê Kdăm", ["bia", "h’bia"], ["nie kdam", "bia nie kdam", "dam"]),
        ("Y Thiên Niê Êban", ["thien", "y thien"], ["nie eban", "thien nie eban", "ban"]),
        ("Nguyễn Thị Hằng", ["nguyen", "thi", "nguyen thi"], ["hang thi", "ang"]),
    ],
)
def test_board_is_searched_by_what_a_masked_name_shows(app, world, name, shown, hidden):
    with atomic():
        person = db.session.get(Account, world.people["participant"].id)
        for column, value in named(name).items():
            setattr(person, column, value)

    assert [len(found(app, world, words)) for words in shown] == [1] * len(shown)
    assert [len(found(app, world, words)) for words in hidden] == [0] * len(hidden)


def test_hidden_word_is_found_no_better_than_its_first_letter(app, world):
    assert len(found(app, world, "tram")) == len(found(app, world, "txyz")) == 1


def test_prize_is_named_only_once_the_results_are_out(app, world):
    before = seen(app, world, "stranger")["public.board"]
    close(world)
    after = seen(app, world, "stranger")["public.board"]

    assert (bool(FULL.search(before)), bool(FULL.search(after))) == (False, True)


@pytest.mark.parametrize("role", ABROAD)
def test_who_took_the_consent_back_is_masked_everywhere(app, world, role):
    close(world)
    person = again(world.people["participant"])
    log = world.contest.log
    consent = consenting.give(person, Purpose.PUBLISH_NAME, "Công bố", at=clock.now(), subject=log)
    upholding.withdraw_consent(person, again(consent), at=clock.now())
    kept.forget()

    assert leaks(seen(app, world, role), FULL, CONTACT) == {}


@pytest.mark.parametrize("role", [*ABROAD, "officer", "admin"])
def test_who_was_erased_is_nowhere(app, world, role):
    close(world)
    person = again(world.people["participant"])
    upholding.erase(person, person, at=clock.now())
    kept.forget()

    assert leaks(seen(app, world, role), FULL, CONTACT) == {}


def test_erased_person_is_in_no_table(app, world):
    close(world)
    person = again(world.people["participant"])
    upholding.erase(person, person, at=clock.now())

    found = []
    with db.engine.connect() as connection:
        for table in db.metadata.sorted_tables:
            for row in connection.execute(db.select(table)):
                text = " ".join(map(str, row))
                if FULL.search(text) or CONTACT.search(text):
                    found.append((table.name, text[:80]))
    assert found == []


# --- Files -------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_export_without_the_right_is_masked_even_when_asked_in_full(app, world, form):
    close(world)
    asker = Asker(app, world.people["organizer"])

    answer = asker.ask(
        "POST",
        f"/quan-ly/vong/{world.round.public_id}/ket-qua/xuat",
        data={"form": form, "names": "full"},
    )

    assert answer.status_code == 200
    assert not re.search(FULL.pattern + "|" + CONTACT.pattern, _text_of(answer.data), re.I)


def test_export_with_the_right_is_in_full_and_noted(app, world):
    close(world)
    organizer = world.people["organizer"]
    factories.grant(organizer, Role.DATA_VIEWER, ScopeKind.CONTEST, world.contest.id)
    asker = Asker(app, organizer)

    answer = asker.ask(
        "POST",
        f"/quan-ly/vong/{world.round.public_id}/ket-qua/xuat",
        data={"form": "csv", "names": "full"},
    )

    assert NAME in answer.get_data(as_text=True)
    db.session.rollback()
    entry = db.session.query(AuditEntry).filter_by(action="results.exported").all()[-1]
    assert json.loads(entry.record)["details"]["personal_data"] is True


def _text_of(data):
    if not data.startswith(b"PK"):
        return data.decode("utf-8-sig")
    book = zipfile.ZipFile(io.BytesIO(data))
    return " ".join(book.read(name).decode() for name in book.namelist())


# --- Logs and errors ---------------------------------------------------------------------------


def test_logs_hold_nothing_of_a_person(app, world, caplog, monkeypatch):
    monkeypatch.setattr(logs.logger, "propagate", True)
    caplog.set_level(logging.DEBUG)
    close(world)
    asker = Asker(app)
    asker.ask("POST", "/dang-nhap", data={"name": PHONE, "password": "mật khẩu của Trâm"})
    asker.ask("POST", f"/cuoc-thi/{world.contest.slug}/dang-ky", data={"full_name": NAME})
    asker.ask("GET", f"/dang-nhap?name={PHONE}&next=/{EMAIL}")
    for role in ("stranger", "participant", "admin"):
        seen(app, world, role)

    lines = "\n".join(str(vars(record)) for record in caplog.records)
    assert caplog.records
    assert (FULL.search(lines), CONTACT.search(lines), "mật khẩu của" in lines) == (
        None,
        None,
        False,
    )


def test_fault_page_and_its_log_say_nothing_of_the_person(app, world, caplog, monkeypatch):
    def fail(*args, **kwargs):
        db.session.execute(db.text("SELECT :who FROM nowhere"), {"who": f"{NAME} {PHONE}"})

    monkeypatch.setattr(greeting, "cards", fail)
    monkeypatch.setattr(logs.logger, "propagate", True)

    answer = Asker(app, world.people["participant"]).ask("GET", "/")

    told = answer.text + "".join(logs.JSONFormatter().format(one) for one in caplog.records)
    assert answer.status_code in (500, 503)
    assert (FULL.search(told), CONTACT.search(told)) == (None, None)


# --- Keys, answers, seeds ----------------------------------------------------------------------

SECRET = "đáp án mật của tổ ra đề"


@pytest.fixture
def marked(world):
    """The world, with a word in what only a key's page may show, and keys of many options."""
    with atomic():
        for version in db.session.query(ItemVersion):
            version.explanation = version.clause = version.quote = SECRET
    return world


def papers(app, world):
    asker, public_id = Asker(app, world.people["participant"]), world.running.public_id
    parts = ("", "/cau/1", "/cau/3", "/xem-lai", "/bien-nhan", "/ket-qua", "/nhip")
    of_done = [f"/thi/bai/{world.done.public_id}{part}" for part in ("/bien-nhan", "/ket-qua")]
    return [
        asker.ask("GET", address).text
        for address in [*(f"/thi/bai/{public_id}{part}" for part in parts), *of_done, "/thi/"]
    ]


def test_keys_reach_no_page_of_an_attempt_while_the_round_is_open(app, marked):
    with atomic():
        db.session.get(Round, marked.round.id).shows_answers = True

    pages = papers(app, marked)

    assert not any(SECRET in page for page in pages)
    config = re.search(r'<script type="application/json"[^>]*>(.*?)</script>', pages[0], re.S)[1]
    slots = json.loads(config)["slots"]
    assert {name for slot in slots for name in slot} == {"position", "kind", "answer", "seq"}


def test_page_of_an_attempt_is_the_same_whatever_the_key(app, marked):
    def page():
        asker = Asker(app, marked.people["participant"])
        told = asker.ask("GET", f"/thi/bai/{marked.running.public_id}").text
        told = re.sub(r'"(now|ticket)": ?"[^"]*"', "", told)
        return re.sub(r'csrf_token" value="[^"]*"|data-(now|seconds)="[^"]*"', "", told)

    before = page()
    with atomic():
        for version in db.session.query(ItemVersion):
            version.content = version.content | {"key": ["c"]}

    assert _steady(page()) == _steady(before)


def _steady(page):
    """Return the page without what time changes."""
    page = re.sub(r"<progress[^>]*>", "", page)
    return re.sub(
        r"value=\"\d+\"|\d{2}:\d{2}|\d{1,2} phút|\d{1,2} giây|\d{4}-\d\d-\d\dT[^\"<]*", "", page
    )


def test_answers_are_shown_after_the_close_only_to_whom_they_belong(app, marked):
    with atomic():
        db.session.get(Round, marked.round.id).shows_answers = True
    close(marked)
    address = f"/thi/bai/{marked.done.public_id}/ket-qua"

    own = Asker(app, marked.people["participant"]).ask("GET", address)
    other = Asker(app, marked.people["neighbour"]).ask("GET", address)

    assert (SECRET in own.text, other.status_code, SECRET in other.text) == (True, 404, False)


def test_answers_of_one_person_are_in_no_page_of_another(app, world):
    ticket = saving.ticket_of(world.running)
    saving.save(ticket, [saving.Answer(1, 1, "zq7-wvx-kpj-riêng-tôi")], at=clock.now())
    roles = ("neighbour", "foreign", "author", "officer", "observer", "organizer", "admin")

    pages = {role: seen(app, world, role) for role in roles}

    told = {role: leaks(found, re.compile("zq7-wvx-kpj")) for role, found in pages.items()}
    assert told == {role: {} for role in roles}
    mine = Asker(app, world.people["participant"])
    assert "zq7-wvx-kpj" in mine.ask("GET", f"/thi/bai/{world.running.public_id}").text


def test_seed_is_shown_to_nobody_only_its_commitment(app, world):
    seed = world.round.seed
    pages = {role: seen(app, world, role) for role in ("stranger", "organizer", "admin")}

    found = {role: leaks(told, re.compile(seed)) for role, told in pages.items()}
    assert found == {"stranger": {}, "organizer": {}, "admin": {}}
    assert setting.commitment(seed) in pages["organizer"]["rounds.dashboard"]


LOCKED = "Mật khẩu của ban đề là gì"


@pytest.fixture
def locked(world):
    """The world with a locked question that says something to be found."""
    with atomic():
        item = db.session.get(Item, world.item.id)
        item.state = ItemState.LOCKED
        item.search_text = "c001 mat khau cua ban de la gi"
        item.current.stem = f"{LOCKED}?"
    return world


# The pages that say a locked question, each with how it keeps who looked.
KEPT_VIEWS = {
    "author.item": ViewPlace.PAGE,
    "author.compare": ViewPlace.PAGE,
    "papers.paper": ViewPlace.PAPER,
    "changes.choose": ViewPlace.PAGE,
    "changes.question": ViewPlace.PAGE,
}


@pytest.mark.parametrize("role", ["writer", "approver", "owner", "author", "organizer", "admin"])
def test_locked_question_is_said_only_where_who_looks_is_kept(app, locked, role):
    found = leaks(seen(app, locked, role), re.compile(LOCKED))

    kept = select(ItemView.place).where(ItemView.account_id == locked.people[role].id)
    assert set(found) <= set(KEPT_VIEWS)
    assert {KEPT_VIEWS[page] for page in found} <= set(db.session.scalars(kept))
    assert ("author.item" in found) == (role != "writer")


@pytest.mark.parametrize("words", ["mat khau", "Mật khẩu", "ban de"])
def test_search_tells_nothing_of_a_locked_question(app, locked, words):
    asker = Asker(app, locked.people["owner"])

    def listed(asked):
        address = f"/ngan-hang/{locked.bank.public_id}"
        return "C001" in asker.ask("GET", address, query_string={"tim": asked}).text

    assert (listed(words), listed("c001")) == (False, True)


def test_author_of_a_bank_reads_no_question_of_others(app, world):
    pages = seen(app, world, "writer")

    assert leaks(pages, re.compile(r"Câu số \d+: cơ quan nào")) == {}


def test_receipt_check_names_nobody(app, world):
    code = again(world.done).receipt_code

    page = Asker(app).ask("GET", f"/bien-nhan?ma={code}")

    assert page.status_code == 200
    assert leaks({"page": page.text}, FULL, CONTACT) == {}

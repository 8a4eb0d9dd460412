"""What somebody hostile sends, and what becomes of it: nothing that it should not."""

import io
import json
import re
import zipfile
from datetime import timedelta

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts import authenticating, granting, issuing, queries, securing
from accounts.errors import FactorRefused, SlipRefused
from accounts.models import Account
from accounts.rules.authorizing import Role, ScopeKind
from contest import (
    adjusting,
    attempting,
    enrolling,
    exporting,
    run_queries,
    saving,
    saving_edge,
    scheduling,
)
from contest.attempting import Client
from contest.enrolling import Entry
from contest.errors import CannotStart, Excluded
from contest.models import Attempt, ContestState, Response
from core import assets, clock, config, limits, sheets, web
from core.db import atomic, db
from core.errors import TooMany
from core.sheets import Leaf
from tests import factories
from tests.test_rights import addresses
from tests.world import Asker, World

pytestmark = pytest.mark.slow

OURS = {"X-Requested-With": "chungtay", "Sec-Fetch-Site": "same-origin"}
TAG = "<script>alert(1)</script>\"'{{1234*5678}}"
PASSWORD = "mười hai con trâu qua suối"


@pytest.fixture
def world(app):
    return World()


def again(row):
    db.session.rollback()
    return db.session.get(type(row), row.id)


def put(app, attempt, body, **more):
    return Asker(app).ask(
        "PUT", f"/thi/bai/{attempt.public_id}/tra-loi", headers=OURS, **({"json": body} | more)
    )


# --- Saving ------------------------------------------------------------------------------------

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=6,
)
ANY_TEXT = st.text(st.characters(), max_size=40)
ANSWER = st.fixed_dictionaries(
    {
        "slot": JSON | st.integers(0, 5),
        "seq": JSON | st.integers(0, 2**31),
        "answer": JSON | ANY_TEXT,
        "elapsed_ms": JSON | st.none(),
    }
)


def test_saving_answers_any_json_without_a_fault(world, app, monkeypatch):
    monkeypatch.setattr(saving_edge.buckets, "wait", lambda key: 0)
    attempt, ticket = world.running, saving.written(saving.ticket_of(world.running))

    @given(
        JSON
        | st.fixed_dictionaries({"ticket": st.just(ticket) | ANY_TEXT, "answers": JSON})
        | st.fixed_dictionaries({"ticket": st.just(ticket), "answers": st.lists(ANSWER)})
    )
    def ask(body):
        status = put(app, attempt, body).status_code
        assert status in (200, 401, 409, 422)

    ask()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xfe",
        b"{" * 100_000,
        b"[" * 100_000,
        b'{"a":' * 50_000,
        b'{"ticket": "\\ud800", "answers": []}',
        b'{"ticket": ' + b"9" * 5000 + b"}",
        b'{"ticket": NaN}',
    ],
)
def test_saving_refuses_what_is_no_json_of_ours(world, app, data):
    answer = put(app, world.running, None, json=None, data=data, content_type="application/json")

    assert answer.status_code in (401, 422)


def test_saving_refuses_halves_of_signs_and_numbers_no_column_holds(world, app):
    ticket = saving.written(saving.ticket_of(world.running))

    for slot, seq, text in ((1, 1, "\ud800"), (1, 2**30, "a"), (2**31, 1, "a"), (1, 1, "a\x00")):
        sent = {"slot": slot, "seq": seq, "answer": text, "elapsed_ms": 1}
        assert put(app, world.running, {"ticket": ticket, "answers": [sent]}).status_code == 422

    assert db.session.query(Response).filter_by(attempt_id=world.running.id).all() == []


def test_saving_of_more_than_a_request_may_hold_is_refused(world, app):
    data = b'{"ticket": "' + b"a" * (13 * 1024 * 1024) + b'"}'

    answer = put(app, world.running, None, json=None, data=data, content_type="application/json")

    assert answer.status_code in (413, 422)


def test_ticket_writes_its_own_attempt_whatever_the_address_names(world, app):
    ticket = saving.written(saving.ticket_of(world.running))
    sent = {"slot": 1, "seq": 1, "answer": "a", "elapsed_ms": 1}

    put(app, world.done, {"ticket": ticket, "answers": [sent]})

    db.session.rollback()
    rows = db.session.query(Response.attempt_id).all()
    assert [row.attempt_id for row in rows] == [world.running.id]


def test_altered_ticket_is_refused(world, app):
    signed = saving.written(saving.ticket_of(world.running))
    forged = saving.signing.sign("another purpose", {"a": 1, "l": 1, "g": 5, "x": 2**40})

    for ticket in (signed[:-1] + ("0" if signed[-1] != "0" else "1"), "." + signed, forged):
        assert put(app, world.running, {"ticket": ticket, "answers": []}).status_code == 401


# --- Addresses and forms -----------------------------------------------------------------------

NONSENSE = ("\x00", "9" * 30, "-1", "%", "'; --", "\ud7ff", "²", "None", "[]", "~" + "9" * 30)
ASKED = (
    "q",
    "tim",
    "after",
    "before",
    "sort",
    "loc",
    "khoi",
    "cau",
    "so",
    "cay",
    "muc",
    "loai",
    "trang-thai",
    "chu-de",
    "van-ban",
    "nhap",
    "dao",
    "tep",
    "dv",
    "ma",
    "next",
    "lang",
    "name",
)


@pytest.mark.parametrize("nonsense", NONSENSE)
def test_no_page_fails_over_nonsense_in_its_address(world, app, nonsense):
    at, asker = world.addresses(app), Asker(app, world.people["admin"])

    faults = [
        endpoint
        for method, endpoint in addresses(app)
        if method == "GET"
        and asker.ask("GET", at[endpoint], query_string=dict.fromkeys(ASKED, nonsense)).status_code
        >= 500
    ]

    assert faults == []


@pytest.mark.parametrize(
    "address",
    [
        "/quan-tri/nhat-ky/99999999999999999999999",
        "/cuoc-thi/%00",
        "/cuoc-thi/%ED%A0%80",
        "/thi/bai/%2e%2e%2f%2e%2e",
        "/ngan-hang/nhap/x/cau/99999999999999999999",
    ],
)
def test_address_of_nothing_is_not_found(world, app, address):
    asker = Asker(app, world.people["admin"])

    assert asker.ask("GET", address).status_code in (400, 404, 405)


@pytest.mark.parametrize(
    "path",
    [
        "../../../app.py",
        "..%2f..%2fapp.py",
        "%2e%2e/%2e%2e/app.py",
        "/etc/passwd",
        "css/../../x.css",
    ],
)
def test_static_files_are_only_those_of_the_tree(app, path):
    tree = assets.build()

    answer = Asker(app).ask("GET", f"/static/{tree}/{path}")

    assert (answer.status_code in (308, 404), b"import" in answer.data) == (True, False)


@pytest.mark.parametrize(
    "address",
    [
        "//kẻ-xấu.example",
        "https://evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "\t//evil.example",
        "/\n/evil.example",
        "javascript:alert(1)",
        "http:evil.example",
        "",
        None,
    ],
)
def test_safe_target_never_leaves_the_site(address):
    assert web.safe_target(address, "/nhà") == "/nhà"


def test_host_that_is_not_ours_is_refused(app, monkeypatch):
    monkeypatch.setitem(app.config, "ALLOWED_HOSTS", ("cchc.daklak.gov.vn",))

    answer = Asker(app).ask("GET", "/", base_url="http://evil.example")
    ours = Asker(app).ask("GET", "/", base_url="http://cchc.daklak.gov.vn:8000")

    assert (answer.status_code, b"evil.example" in answer.data, ours.status_code) == (
        400,
        False,
        200,
    )


def test_mail_without_a_named_host_is_no_setting():
    with pytest.raises(config.BadSettings, match="CHUNGTAY_ALLOWED_HOSTS"):
        config.read({"CHUNGTAY_MAIL_URL": "smtp://localhost"})


# --- What people type, shown to others ----------------------------------------------------------


def test_what_people_type_is_never_markup(world, app):
    """Every page, as the administrator sees it, with a tag in every text that somebody types."""
    _spoil(world)
    at, asker = world.addresses(app), Asker(app, world.people["admin"])
    asked = dict.fromkeys(("q", "tim", "ma", "name", "loai", "sort", "so"), TAG)

    found = {}
    for method, endpoint in addresses(app):
        if method == "GET":
            page = asker.ask("GET", at[endpoint], query_string=asked)
            told = page.text if page.mimetype == "text/html" else ""
            bad = re.findall(r"<script>alert|href=[\"']?\s*javascript:|7006652", told)
            if bad:
                found[endpoint] = bad

    assert found == {}


@atomic()
def _spoil(world):
    from questions.models import ImportEntry, Item

    link = "[bấm vào đây](javascript:alert(1)) <img src=x onerror=alert(1)> " + TAG
    contest = db.session.get(type(world.contest), world.contest.id)
    contest.title = contest.contact = contest.summary = contest.eligibility = TAG
    contest.rules_text = contest.prizes_text = link
    contest.hosts = [{"name": TAG, "part": "lead"}]
    db.session.get(type(world.round), world.round.id).title = TAG
    db.session.get(type(world.unit), world.unit.id).name = TAG
    for person in db.session.query(Account):
        person.full_name = person.unit_claim = TAG
    for item in db.session.query(Item):
        version = item.current
        version.stem = version.explanation = version.clause = version.quote = TAG
        options = [one | {"text": TAG + one["id"]} for one in version.content["options"]]
        version.content = version.content | {"options": options}
    pending = db.session.get(type(world.file), world.file.id)
    pending.file_name = TAG
    for row in db.session.query(ImportEntry):
        row.entry = row.entry | {"stem": TAG, "explanation": TAG}
    sheet = db.session.get(type(world.sheet), world.sheet.id)
    sheet.file_name = TAG
    sheet.rows = [
        {"number": 1, "state": "wrong", "shown": [TAG, TAG, TAG], "says": [], "values": {}}
    ]
    request = db.session.get(type(world.request), world.request.id)
    request.words = TAG
    for row in (world.blueprint, world.papers):
        db.session.get(type(row), row.id).title = TAG
    world.people["admin"].search_text = TAG


def test_rules_in_markdown_keep_no_script_and_no_strange_link(world, app):
    _spoil(world)

    page = Asker(app).ask("GET", f"/cuoc-thi/{world.contest.slug}/the-le").text

    assert "bấm vào đây" in page
    assert re.findall(r"<img src=x|<[^>]+onerror=|<a[^>]+javascript:", page) == []


def test_participant_page_carries_what_is_typed_as_text(world, app):
    _spoil(world)
    asker = Asker(app, world.people["participant"])

    page = asker.ask("GET", f"/thi/bai/{world.running.public_id}").text

    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page


# --- Files that go out, files that come in -----------------------------------------------------


@pytest.mark.parametrize("first", ["=", "+", "-", "@", "\t=", "\r=", "\n=", "＝"])
def test_csv_holds_no_formula(first):
    text = f'{first}HYPERLINK("https://evil.example")'

    line = b"".join(sheets.write_csv(("Tên",), [(text,)])).decode("utf-8-sig").splitlines()[1]

    assert line.startswith(("\"'", "'"))


def test_workbook_holds_no_formula_and_takes_any_title(world):
    leaves = [
        Leaf(title, ("=1+1",), [("=cmd|' /C calc'!A0",)])
        for title in ("Tuần 1/4", "[x]:*?\\", "", "'", "Tuần 1/4", "History", "x" * 60)
    ]

    book = zipfile.ZipFile(io.BytesIO(sheets.write_book(leaves)))

    parts = [book.read(name) for name in book.namelist() if "worksheets/sheet" in name]
    assert (len(parts), any(b"<f>" in part for part in parts)) == (7, False)


def test_results_of_a_person_named_like_a_formula_are_text(world):
    with atomic():
        db.session.get(Account, world.people["participant"].id).full_name = "=1+1 Trâm"
    run = run_queries.current_run(world.round)

    told = b"".join(exporting.csv(run, in_full=True)).decode("utf-8-sig")

    assert "'=1+1 Trâm" in told


@pytest.mark.parametrize(
    "name", ['a"; b=c.txt', "..\\..\\x.txt", "a\r\nX-Evil: 1.txt", TAG + ".txt"]
)
def test_name_of_an_upload_reaches_no_header(world, app, name):
    asker = Asker(app, world.people["author"])
    told = {"file": (io.BytesIO(b"C\xc3\xa2u 1. M\xe1\xbb\x99t?\n*A. X\nB. Y\n"), name)}

    answer = asker.ask("POST", f"/ngan-hang/{world.bank.public_id}/nhap", data=told)

    assert (answer.status_code in (303, 422), "X-Evil" in answer.headers) == (True, False)


@pytest.mark.parametrize("name", ["bom.docx", "bom.xlsx"])
def test_zip_bomb_is_refused(world, app, name):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"0" * (100 * 1024 * 1024))
    asker = Asker(app, world.people["admin"])

    for address, field in (
        (f"/ngan-hang/{world.bank.public_id}/nhap", "file"),
        ("/quan-tri/nhap/danh-sach", "sheet"),
    ):
        target.seek(0)
        sent = {field: (io.BytesIO(target.read()), name)}
        assert asker.ask("POST", address, data=sent).status_code == 422


# --- Signing in --------------------------------------------------------------------------------


@pytest.fixture
def protected(app):
    person = factories.account(
        phone="+84905000003", password_hash=authenticating.hash_password(PASSWORD)
    )
    secret = securing.offered(person, securing.offer(person))
    now = clock.now() - timedelta(minutes=5)
    securing.confirm(person, secret, pyotp.TOTP(secret).at(now), at=now)
    return person, pyotp.TOTP(secret)


def test_password_known_gives_no_free_guesses_of_the_second_factor(protected):
    person, at = protected[0], clock.now()

    for _ in range(4):
        at += timedelta(hours=1)
        authenticating.sign_in("0905000003", PASSWORD, at=at)
        with pytest.raises(FactorRefused):
            securing.check(person, "000000", at=at)

    assert again(person).failures == 4
    with pytest.raises(TooMany):
        authenticating.sign_in("0905000003", PASSWORD, at=at)


def test_digits_once_used_are_no_good_again(protected):
    person, totp = protected
    at = clock.now()
    securing.check(person, totp.at(at), at=at)

    with pytest.raises(FactorRefused):
        securing.check(person, totp.at(at), at=at)


def test_secret_shown_to_another_browser_is_not_the_one_set_up(app, world):
    admin = world.people["admin"]
    one, other = Asker(app), Asker(app)
    for asker in (one, other):
        code = issuing.issue(None, admin, at=clock.now()).code
        asker.ask("POST", "/phieu", data={"code": code})

    secrets = [
        re.search(r"\b[A-Z2-7]{32}\b", asker.ask("GET", "/dang-nhap/thiet-lap").text)[0]
        for asker in (one, other)
    ]

    assert secrets[0] != secrets[1]


def test_guesses_too_fast_are_not_even_compared(app, world, monkeypatch):
    monkeypatch.setitem(app.config, "RATELIMIT_ENABLED", True)
    limits.forget()
    asker = Asker(app)
    code = issuing.issue(None, world.people["neighbour"], at=clock.now()).code

    for _ in range(130):
        asker.ask("POST", "/phieu", data={"code": "7F2K-92QD-M4XC"})
    answer = asker.ask("POST", "/phieu", data={"code": code})
    limits.forget()

    assert (answer.status_code, answer.headers.get("Retry-After") is not None) == (429, True)
    assert asker.client.get_cookie("sid") is None


def test_limits_count_the_address_that_the_trusted_proxy_saw(app, monkeypatch):
    from werkzeug.middleware.proxy_fix import ProxyFix

    seen = []
    monkeypatch.setattr(limits, "count", lambda name, key: seen.append(key))
    monkeypatch.setattr(app, "wsgi_app", ProxyFix(app.wsgi_app, 1, 1, 1, 1))
    headers = {"X-Forwarded-For": "6.6.6.6, 10.1.2.3"}

    Asker(app).ask("GET", "/don-vi/tim?q=a", headers=headers)

    assert seen == ["10.1.2.3"]


def test_forwarded_address_is_not_believed_without_a_proxy(app, monkeypatch):
    seen = []
    monkeypatch.setattr(limits, "count", lambda name, key: seen.append(key))

    Asker(app).ask("GET", "/don-vi/tim?q=a", headers={"X-Forwarded-For": "6.6.6.6"})

    assert seen == ["127.0.0.1"]


def test_session_from_before_signing_in_is_not_kept(app, world):
    asker, person = Asker(app), world.people["neighbour"]
    asker.client.set_cookie("sid", "đặt-sẵn".encode().hex())
    code = issuing.issue(None, person, at=clock.now()).code

    asker.ask("POST", "/phieu", data={"code": code})

    token = asker.client.get_cookie("sid").value
    assert token != "đặt-sẵn".encode().hex()
    assert queries.session_of(authenticating.digest_of(token)).account_id == person.id


def test_slip_signs_in_once(world):
    code = issuing.issue(None, world.people["neighbour"], at=clock.now()).code
    issuing.use(code, at=clock.now())

    with pytest.raises(SlipRefused):
        issuing.use(code, at=clock.now())


@pytest.mark.parametrize(
    "endpoint",
    [
        "author.export",
        "papers.take",
        "papers.keys",
        "papers.bundle",
        "papers.close",
        "results.compute",
        "results.publish",
        "admin.give_role",
        "admin.withdraw_role",
        "organizer.grant",
        "organizer.withdraw",
        "profile.set_password",
        "profile.change_contact",
        "profile.confirm_erase",
        "admin.deactivate",
        "admin.remove_factor",
    ],
)
def test_grave_acts_ask_for_fresh_proof(app, world, endpoint):
    asker = Asker(app, world.people["admin"])
    with atomic():
        for row in queries.sessions_of(world.people["admin"].id):
            row.stepped_up_at = clock.now() - timedelta(minutes=6)

    answer = asker.ask("POST", world.addresses(app)[endpoint], data={})

    assert (answer.status_code, answer.location.partition("?")[0]) == (303, "/xac-nhan")


# --- Taking part -------------------------------------------------------------------------------

HERE = Client(session="phiên")


def start(world, enrolment, at=None):
    person = db.session.get(Account, enrolment.account_id)
    return attempting.start(
        again(world.round), enrolment, person, client=HERE, at=at or clock.now()
    )


@pytest.mark.parametrize(
    ("role", "kind"),
    [
        (Role.ORGANIZER, ScopeKind.CONTEST),
        (Role.ADMIN, ScopeKind.PLATFORM),
        (Role.AUTHOR, ScopeKind.PLATFORM),
        (Role.JUDGE, ScopeKind.CONTEST),
    ],
)
def test_who_was_given_a_role_after_entering_starts_no_attempt(world, role, kind):
    enrolment = factories.enrolment(world.contest)
    scope = (kind, world.contest.id if kind is ScopeKind.CONTEST else 0)
    granting.give(None, enrolment.account, role, scope, at=clock.now())

    with pytest.raises(Excluded):
        start(world, enrolment)


@pytest.mark.parametrize("role", [Role.ORGANIZER, Role.AUTHOR, Role.REVIEWER])
def test_who_reads_the_bank_for_another_contest_takes_no_part(world, role):
    person = factories.account()
    sharing = factories.round_(blueprint=world.round.blueprint)
    granting.give(None, person, role, (ScopeKind.CONTEST, sharing.contest_id), at=clock.now())

    with pytest.raises(Excluded):
        enrolling.enrol(world.contest, person, Entry(), at=clock.now())


def test_role_laid_down_during_the_contest_still_excludes(world):
    person = factories.account()
    grant = granting.give(None, person, Role.AUTHOR, at=clock.now())
    granting.withdraw(None, grant, at=clock.now())

    with pytest.raises(Excluded):
        enrolling.enrol(world.contest, person, Entry(), at=clock.now() + timedelta(seconds=1))


def test_disqualified_person_neither_starts_nor_goes_on(world, app):
    organizer, ticket = world.people["organizer"], saving.ticket_of(world.running)
    adjusting.disqualify(world.enrolment, organizer, reason="Nhờ người thi hộ", at=clock.now())
    later = clock.now() + timedelta(seconds=30)

    saved = saving.save(ticket, [saving.Answer(1, 1, "a")], at=later)

    assert (saved.outcome, attempting.is_running(again(world.running), at=later)) == (
        saving.Outcome.CLOSED,
        False,
    )
    with pytest.raises(CannotStart):
        start(world, again(world.enrolment), later)


def test_round_closed_early_ends_what_runs(world):
    ticket = saving.ticket_of(world.running)
    scheduling.close_early(
        again(world.round),
        world.people["organizer"],
        reason="Lộ đề",
        at=clock.now(),
        second=world.people["admin"],
    )
    later = clock.now() + timedelta(seconds=30)

    saved = saving.save(ticket, [saving.Answer(1, 1, "a")], at=later)

    assert saved.outcome is saving.Outcome.CLOSED
    with pytest.raises(CannotStart):
        start(world, factories.enrolment(world.contest), later)


def test_round_of_a_hidden_contest_cannot_be_started(world, app):
    with atomic():
        db.session.get(type(world.contest), world.contest.id).state = ContestState.DRAFT
    asker = Asker(app, world.people["neighbour"])

    answer = asker.ask("POST", f"/thi/vong/{world.round.public_id}", data={"honest": "y"})

    assert (answer.status_code, db.session.query(Attempt).count()) == (404, 2)


def test_file_ordered_in_office_is_not_fetched_after_it(world, app):
    organizer = world.people["organizer"]
    granting.withdraw(None, again(world.grant), at=clock.now())
    asker = Asker(app, organizer)

    for part in ("", "/tien-do", "/tai-ve"):
        assert asker.ask("GET", f"/quan-ly/xuat/{world.results.public_id}{part}").status_code == 404


def test_faults_name_no_data_in_the_log(world):
    with pytest.raises(Exception, match="hidden") as fault:
        db.session.execute(db.text("SELECT :phone FROM nowhere"), {"phone": "+84914556677"})

    db.session.rollback()
    assert "+84914556677" not in str(fault.value)


def test_json_of_the_attempt_is_only_data(world, app):
    asker = Asker(app, world.people["participant"])
    page = asker.ask("GET", f"/thi/bai/{world.running.public_id}").text

    told = json.loads(
        re.search(r'<script type="application/json"[^>]*>(.*?)</script>', page, re.S)[1]
    )

    assert "key" not in json.dumps(told)

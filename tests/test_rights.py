"""Who may ask for what: every address, as everybody who may come by, from one table."""

import re

import pytest

from accounts import issuing
from core import backups, clock, config
from tests.world import PEOPLE, Asker, World

pytestmark = pytest.mark.slow

ROLES = ("stranger", *PEOPLE)
# For each of ROLES in turn: + may (a faulty form is told so), s is asked to sign in, f may not,
# n is not told that there is such a thing. All are signed in freshly; forms are sent empty.
TABLE = {
    ("GET", "++++++++++++"): """
        checks.ask checks.show outcomes.show
        public.board public.contest public.entry public.home public.newest_board
        public.poster public.privacy public.receipt public.rules public.units public.winners
        screens.board screens.embedded screens.podium service_worker
        session.forgotten session.sign_in session.slip units.find
        votes.received votes.show
    """,
    ("GET", "nnnnnnnnnnnn"): """
        asset overall.board
    """,
    ("GET", "s+++++++++++"): """
        own_entries.index own_entries.join
        participant.rounds profile.contact profile.data profile.download profile.erase
        profile.factor profile.password profile.sessions profile.show profile.unit
        public.my_row session.step_up viewing.show judge.rounds
    """,
    ("GET", "sn+nnnnnnnnn"): """
        own_entries.show uploads.look
    """,
    ("GET", "sn+n+nnn+nnn"): """
        uploads.download
    """,
    ("GET", "s++nnnnnnnnn"): """
        own_entries.new
        participant.practice participant.start waiting.room waiting.state
    """,
    ("GET", "s+nnnnnnnnnn"): """
        participant.attempt participant.question participant.receipt participant.result
        participant.review waiting.sealed
        own_appeals.form whys.own
    """,
    ("GET", "sff+++f+++++"): """
        organizer.home
    """,
    ("GET", "sff++fff+fff"): """
        supervision.rooms
    """,
    ("GET", "sfffff+fffff"): """
        quotas.own units.own
    """,
    ("GET", "sfffffff+fff"): """
        admin.accounts admin.new_account admin.requests admin.roles imports.headcounts
        imports.roster imports.units organizer.new trail.entries trail.entry units.tree
        clocks.show
    """,
    ("GET", "snn+++nn++++"): """
        author.banks law.document law.documents law.topics worklists.show
    """,
    ("GET", "snn+++nn++f+"): """
        law.new
    """,
    ("GET", "snnff+nn+fff"): """
        law.edit
    """,
    ("GET", "snnfffnn+f+f"): """
        reviews.look reviews.queue
    """,
    ("GET", "snnn++nn++++"): """
        author.bank media.show
    """,
    ("GET", "snnn++nn++f+"): """
        author.choose_format author.new files.choose
    """,
    ("GET", "snnn++nn+n++"): """
        analysis.bank analysis.item analysis.worklist author.balance author.compare
        author.item author.passages blueprints.edit blueprints.index finding.duplicates
        papers.index papers.page papers.paper papers.progress papers.show worklists.compare
    """,
    ("GET", "snnn++nn+nf+"): """
        author.edit author.passage blueprints.new files.preview files.progress
        papers.letterhead papers.new
    """,
    ("GET", "snnn+nn++nnn"): """
        analyses.of_contest analyses.of_round analyses.progress
        organizer.contest organizer.units overall.index overall.show quotas.letter quotas.radar
        results.summary rounds.dashboard rounds.figures
        parts.index
        runs.compare runs.show whys.of judged_rounds.show
    """,
    ("GET", "snnn+n+++nnn"): """
        quotas.unit quotas.unit_letter unit_reports.page unit_reports.show
    """,
    ("POST", "snnn+n+++nnn"): """
        unit_reports.take
    """,
    ("POST", "snnn+nn++nnn"): """
        quotas.export
    """,
    ("GET", "snnn+nnf+nnn"): """
        certificates.design certificates.index certificates.preview certificates.show
        documents.index documents.office documents.page documents.show
        dossiers.index
        enrolments.people enrolments.person essays.deviations organizer.edit organizer.roles
        late.attempt late.lane organizer.trail preparing.progress prizes.edit prizes.index
        prizes.minutes prizes.new prizes.show quotas.change quotas.edit
        preparing.show results.ask_compute results.ask_publish results.computing rounds.ask
        blocks.edit blocks.index blocks.papers overall.edit overall.new trials.show
        rounds.edit rounds.new statistics.progress statistics.show supervision.minutes
        supervision.print_minutes supervision.room supervision.seat supervision.seats
        incidents.index seats.index seats.people seats.spots sittings.edit
        sittings.edit_room sittings.index sittings.new sittings.new_room
        timetables.sheet timetables.show
        appeals.letter appeals.queue appeals.show changes.choose changes.index changes.progress
        changes.question changes.show runs.finish
        ceremonies.index ceremonies.screen ceremonies.show
        categories.edit categories.index categories.new entries.index sifting.show
        ballots.show parts.counts parts.evidence parts.new stages.screen stages.show stages.state
        judged_rounds.edit judged_rounds.new panels.index panels.show
        paper_sheets.enter paper_sheets.index paper_sheets.print_sheets
        scores.show scores.entry conclusions.show conclusions.run firmness.show firmness.progress
        honours.show promotions.show judged_papers.index judged_papers.show judged_papers.page
    """,
    ("GET", "snnn+nnnnnnn"): """
        documents.bundled documents.progress results.progress results.written
        dossiers.progress dossiers.written
    """,
    ("GET", "snnnffnn+ff+"): """
        rights.show
    """,
    ("GET", "snnnfnnffnnn"): """
        essays.queue
    """,
    ("GET", "snnnn+nnnnfn"): """
        author.export_progress author.exported papers.bundle_progress papers.bundled
    """,
    ("GET", "snnnnn+n+nnn"): """
        units.people
    """,
    ("GET", "snnnnnnn+nnn"): """
        admin.account imports.preview units.unit
    """,
    ("GET", "snnnnnnnnnnn"): """
        participant.prediction
        outcomes.feedback outcomes.feedback_file documents.download dossiers.download essays.answer
        finding.progress imports.progress
        own_appeals.letter overall.my_row results.download
        judge.panel judge.sheet judge.sheets
    """,
    ("GET", "ssssssssssss"): """
        session.second_factor session.set_up_factor
    """,
    ("POST", "++++++++++++"): """
        votes.cast
        public.enter session.send_reset session.sign_in_by_password session.sign_in_by_slip
        session.sign_out
    """,
    ("POST", "s+++++++++++"): """
        own_entries.link
        profile.ask profile.change_contact profile.change_unit profile.close_other_sessions
        profile.confirm_erase profile.confirm_factor profile.renew_spare_codes
        profile.set_password profile.speak session.confirm_step_up viewing.change
    """,
    ("POST", "sn+nnnnnnnnn"): """
        own_entries.appeal own_entries.hand_in own_entries.remove_file own_entries.save
        own_entries.send own_entries.withdraw uploads.begin uploads.drop uploads.finish
    """,
    ("PUT", "sn+nnnnnnnnn"): """
        uploads.put
    """,
    ("POST", "s++nnnnnnnnn"): """
        own_entries.begin
        participant.begin participant.practise waiting.begin
    """,
    ("POST", "s+nnnnnnnnnn"): """
        participant.save_form participant.submit participant.take_over profile.give_again
        profile.withdraw
        own_appeals.make own_appeals.withdraw
    """,
    ("POST", "sfffffff+fff"): """
        admin.add_account admin.answer_request admin.deactivate admin.give_role
        admin.reactivate admin.remove_factor admin.withdraw_role imports.send_headcounts
        imports.send_roster imports.send_units organizer.create trail.check units.add
        clocks.take_over
    """,
    ("POST", "snn+++nn++f+"): """
        law.add
    """,
    ("POST", "snn+++nn+fff"): """
        author.create_bank
    """,
    ("POST", "snnff+nn+fff"): """
        law.end law.load law.save
    """,
    ("POST", "snnfffnn+f+f"): """
        reviews.decide reviews.pass_many
    """,
    ("POST", "snnn++nn++++"): """
        finding.forget_view finding.keep_view
    """,
    ("POST", "snnn++nn++f+"): """
        author.create author.export files.upload finding.change_all reviews.submit_drafts
    """,
    ("POST", "snnn++nn+n++"): """
        author.comment author.settle author.try_item blueprints.check finding.compare_all
    """,
    ("POST", "snnn++nn+nf+"): """
        author.quarantine author.restore author.retire author.revise author.revise_passage
        blueprints.copy blueprints.create blueprints.save files.accept_doubtful files.agree
        files.classify files.drop files.skip_repeated files.undo papers.approve
        papers.bundle papers.close papers.draw papers.head papers.keys papers.replace
        papers.take reviews.submit reviews.submit_import reviews.take_back worklists.keep
        worklists.move worklists.retire
    """,
    ("POST", "snnn+nnf+nnn"): """
        analyses.export analyses.export_contest analyses.order
        blocks.add blocks.remove blocks.save blocks.set_papers overall.compute overall.create
        overall.save
        certificates.add_design certificates.keep_design certificates.reissue
        certificates.withdraw
        documents.bundle documents.keep_office documents.number documents.take
        dossiers.order
        enrolments.disqualify enrolments.grant_time enrolments.mark enrolments.reinstate
        late.agree late.propose late.refuse late.withdraw organizer.choose_units
        organizer.save organizer.set_state preparing.order prizes.add_award prizes.agree
        prizes.change prizes.create prizes.draft prizes.propose prizes.refuse prizes.remove
        prizes.revoke prizes.save prizes.withdraw quotas.add quotas.save quotas.take_out
        quotas.take_preset results.compute
        results.export results.publish results.stop_computing
        rounds.copy rounds.create rounds.do rounds.make_draft rounds.make_ready rounds.preview
        rounds.save statistics.export statistics.order supervision.admit supervision.agree
        supervision.give_time supervision.lift supervision.move supervision.pause
        supervision.refuse supervision.resume supervision.withdraw supervision.write_minutes
        incidents.begin incidents.confirm incidents.resume incidents.turn_down
        seats.empty seats.fill seats.look_over seats.place sittings.add_room
        sittings.create sittings.remove sittings.remove_room sittings.save
        sittings.save_room timetables.export
        appeals.answer appeals.claim appeals.set_window changes.add changes.agree changes.cancel
        changes.compute changes.draft changes.lines changes.propose changes.refuse changes.remove
        changes.withdraw runs.finalize runs.freeze runs.reopen runs.reveal
        ceremonies.darken ceremonies.end ceremonies.move ceremonies.start ceremonies.take
        categories.create categories.remove categories.save
        entries.clear entries.redact entries.remove_copy entries.withdraw
        sifting.decide sifting.extend sifting.give sifting.lapse uploads.begin_copy
        ballots.cancel ballots.close ballots.issue ballots.open_votes ballots.strike
        ballots.postpone
        parts.add parts.count parts.remove stages.begin stages.call stages.darken stages.draw
        stages.pause stages.put_last stages.reveal stages.scene stages.set_back stages.stop
        stages.undo
        judged_rounds.create judged_rounds.save judged_rounds.seal judged_rounds.take_in
        judged_rounds.take_out panels.add panels.anchor panels.appoint panels.assign panels.bar
        panels.dismiss panels.leave panels.recuse panels.relate panels.remove paper_sheets.type_in
        paper_sheets.unlock judged_rounds.prolong
        scores.vote scores.add_line scores.cancel_line conclusions.propose conclusions.agree
        conclusions.refuse conclusions.withdraw conclusions.reopen conclusions.set_moments
        firmness.order honours.draft honours.give honours.propose honours.agree honours.refuse
        honours.withdraw promotions.promote judged_papers.take judged_papers.number
        judged_papers.export
    """,
    ("POST", "snnnffnn+ff+"): """
        rights.give rights.set_steps rights.withdraw
    """,
    ("POST", "snnnffnn+n++"): """
        reviews.assign
    """,
    ("POST", "snnnffnn+n+f"): """
        reviews.lock_up reviews.unlock
    """,
    ("POST", "snnnfnnf+nnn"): """
        organizer.grant
    """,
    ("POST", "snnnfnnfnnnn"): """
        organizer.withdraw
    """,
    ("POST", "snnnnn+n+nnn"): """
        admin.issue_slip units.issue_slips
    """,
    ("POST", "snnnnnnn+nnn"): """
        imports.agree units.rename units.set_headcount
    """,
    ("POST", "snnnnnnnnnfn"): """
        files.correct
    """,
    ("POST", "snnnnnnnnnnn"): """
        participant.predict
        admin.reveal essays.give profile.close_session
        judge.declare judge.fill judge.prolong judge.unlock
    """,
    ("POST", "snnnfnnffnnn"): """
        certificates.issue certificates.take essays.claim scores.decide
    """,
    ("POST", "snnn+nnnnnnn"): """
        documents.stop dossiers.stop
    """,
    ("POST", "ssssssssssss"): """
        session.check_second_factor session.confirm_factor
    """,
    ("PUT", "ffffffffffff"): """
        participant.beat participant.hand_in participant.save waiting.start judge.save
    """,
}
RIGHTS = {
    (method, endpoint): dict(zip(ROLES, letters, strict=True))
    for (method, letters), endpoints in TABLE.items()
    for endpoint in endpoints.split()
}
READS = re.compile(r"\s*(SELECT|WITH|PRAGMA)\b")
SAVE = ("PUT", "participant.save")


def addresses(app):
    """Return method and endpoint of every address, in a fixed order."""
    return sorted(
        (method, rule.endpoint)
        for rule in app.url_map.iter_rules()
        for method in rule.methods - {"HEAD", "OPTIONS"}
    )


def letter(answer):
    if answer.status_code == 401 or (answer.location or "").startswith("/dang-nhap"):
        return "s"
    if answer.status_code in (403, 404):
        return {403: "f", 404: "n"}[answer.status_code]
    return "+" if answer.status_code < 500 else str(answer.status_code)


def test_every_address_has_its_row(app):
    assert addresses(app) == sorted(RIGHTS)


@pytest.mark.parametrize(
    "role", ["stranger", *[pytest.param(one, marks=pytest.mark.slow) for one in PEOPLE]]
)
def test_every_address_answers_each_role_as_the_table_says(app, queries, role):
    world = World()
    asker, at = Asker(app, world.people.get(role)), world.addresses(app)
    backups.epoch()
    found, wrote = {}, []

    for method, endpoint in addresses(app):
        queries.clear()
        answer = asker.ask(method, at[endpoint], data={} if method == "POST" else None)
        found[method, endpoint] = letter(answer)
        if method == "GET" and not all(READS.match(one) for one in queries):
            wrote.append(endpoint)
        if endpoint == "session.sign_out":
            asker.sign_in()

    assert {row: got for row, got in found.items() if got != RIGHTS[row][role]} == {}
    assert wrote == []


@pytest.fixture
def guarded(app, monkeypatch):
    """The application as it is set in earnest: tokens asked for, reached by https."""
    settings = app.config | {"WTF_CSRF_ENABLED": True, "HTTPS": True}
    for name, value in (settings | config.derived(settings)).items():
        monkeypatch.setitem(app.config, name, value)
    return app


def test_forms_without_their_token_are_refused(guarded):
    at, asker = World().addresses(guarded), Asker(guarded)

    refused = {
        endpoint: asker.ask("POST", at[endpoint]).status_code
        for method, endpoint in addresses(guarded)
        if method == "POST"
    }

    assert {endpoint: status for endpoint, status in refused.items() if status != 400} == {}


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Requested-With": "XMLHttpRequest"},
        {"X-Requested-With": "chungtay", "Sec-Fetch-Site": "cross-site"},
        {"X-Requested-With": "chungtay", "Sec-Fetch-Site": "same-site"},
        {"X-Requested-With": "chungtay", "Origin": "https://kẻ-xấu.example"},
        {"X-Requested-With": "chungtay", "Origin": "null"},
    ],
)
def test_saving_is_refused_to_what_another_site_can_send(app, headers):
    asker = Asker(app)
    headers = {name: value.encode().decode("latin-1") for name, value in headers.items()}

    assert asker.ask("PUT", "/thi/bai/x/tra-loi", json={}, headers=headers).status_code == 403


def test_cookies_are_for_this_host_and_no_script(guarded):
    person = World().people["neighbour"]
    code, asker = issuing.issue(None, person, at=clock.now()).code, Asker(guarded)
    here = {"base_url": "https://localhost", "headers": {"Referer": "https://localhost/phieu"}}

    page = asker.ask("GET", "/phieu", **here)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)[1]
    entered = asker.ask("POST", "/phieu", data={"csrf_token": token, "code": code}, **here)

    set_by = [*page.headers.getlist("Set-Cookie"), *entered.headers.getlist("Set-Cookie")]
    given = {one.partition("=")[0]: set(one.split("; ")[1:]) for one in set_by}
    wanted = {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"}
    # How pages looked to whoever was here before.
    assert "Max-Age=0" in given.pop("view")
    assert sorted(given) == ["__Host-ct", "__Host-sid"]
    assert [wanted - parts for parts in given.values()] == [set(), set()]
    assert "Domain" not in str(set_by)
    assert entered.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


def test_pages_that_a_proxy_may_keep_carry_nobodys_cookie(app):
    at, asker = World().addresses(app), Asker(app)

    answers = {
        endpoint: asker.ask("GET", at[endpoint])
        for method, endpoint in addresses(app)
        if method == "GET"
    }

    kept = {
        endpoint: answer.headers.getlist("Set-Cookie")
        for endpoint, answer in answers.items()
        if "public" in answer.headers["Cache-Control"]
    }
    screens = ("screens.board", "screens.embedded", "screens.podium")
    assert kept == {one: [] for one in ("public.board", "units.find", *screens)}

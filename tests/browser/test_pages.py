"""Every page of the site, for everybody who may come by: whole, accessible, fit for a phone."""

import os
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest

from tests.browser import driving, scene
from tests.browser.driving import DESK, PHONE, is_fault, shoot
from tests.browser.serving import SLUG
from tests.page import faults

pytestmark = pytest.mark.browser

# From who may the least to who may the most; a page is looked over as the first who sees it does.
ROLES = (
    *("stranger", "participant", "veteran", "officer", "viewer", "observer", "reviewer"),
    *("author", "secretary", "organizer", "admin"),
)
ALL = frozenset(ROLES)
KNOWN = ALL - {"stranger"}
ENTERED = frozenset({"participant", "veteran"})
STAFF = KNOWN - {"participant", "veteran", "officer"}
SEES = frozenset({"observer", "secretary", "organizer", "admin"})
RUNS = frozenset({"organizer", "admin"})
COUNTS = RUNS | {"secretary"}
READS = frozenset({"reviewer", "author", "organizer", "admin"})
WRITES = frozenset({"author", "organizer", "admin"})
UNITS = frozenset({"secretary", "admin"})
# Endpoint: who sees it; everybody else is refused, and a stranger is asked to sign in.
WHO = {
    "public.home": ALL,
    "public.contest": ALL,
    "public.rules": ALL,
    "public.newest_board": frozenset(),
    "public.board": ALL,
    "public.my_row": frozenset(),
    "public.units": ALL,
    "public.winners": ALL,
    "quotas.radar": SEES,
    "quotas.letter": SEES,
    "quotas.unit": SEES | {"officer"},
    "quotas.unit_letter": SEES | {"officer"},
    "unit_reports.show": SEES | {"officer"},
    "quotas.own": frozenset({"officer"}),
    "quotas.edit": RUNS,
    "quotas.change": RUNS,
    "prizes.index": COUNTS,
    "prizes.show": COUNTS,
    "prizes.minutes": COUNTS,
    "prizes.new": RUNS,
    "prizes.edit": RUNS,
    "public.entry": ALL - ENTERED,
    "public.poster": ALL,
    "public.receipt": ALL,
    "public.privacy": ALL,
    "session.sign_in": frozenset({"stranger"}),
    "session.slip": ALL,
    "session.forgotten": ALL,
    "session.step_up": KNOWN,
    "participant.rounds": KNOWN,
    "participant.start": ENTERED,
    "participant.practice": ENTERED,
    "participant.attempt": frozenset({"participant"}),
    "participant.question": frozenset({"participant"}),
    "participant.review": frozenset({"participant"}),
    "participant.receipt": frozenset({"veteran"}),
    "participant.result": frozenset({"veteran"}),
    "waiting.room": ENTERED,
    "profile.show": KNOWN,
    "viewing.show": KNOWN,
    "profile.contact": KNOWN,
    "profile.unit": KNOWN,
    "profile.password": KNOWN,
    "profile.factor": KNOWN,
    "profile.sessions": KNOWN,
    "profile.data": KNOWN,
    "profile.erase": KNOWN,
    # Those who work only in banks are led to the banks.
    "organizer.home": STAFF - {"author", "reviewer"},
    "organizer.new": RUNS,
    "organizer.contest": SEES,
    "organizer.edit": RUNS,
    "organizer.units": SEES,
    "organizer.roles": RUNS,
    "organizer.trail": RUNS,
    "categories.index": RUNS,
    "categories.new": RUNS,
    "entries.index": COUNTS,
    "own_entries.index": KNOWN,
    "own_entries.join": KNOWN,
    "blocks.index": RUNS,
    "blocks.edit": RUNS,
    "blocks.papers": RUNS,
    "overall.index": SEES,
    "overall.show": SEES,
    "overall.new": RUNS,
    "overall.edit": RUNS,
    "overall.board": ALL,
    "overall.my_row": frozenset(),
    "trials.show": RUNS,
    "documents.index": COUNTS,
    "documents.show": COUNTS,
    "documents.office": RUNS,
    "certificates.index": COUNTS,
    "certificates.design": RUNS,
    "certificates.show": COUNTS,
    "checks.ask": ALL,
    "checks.show": ALL,
    "enrolments.people": COUNTS,
    "enrolments.person": COUNTS,
    "judge.rounds": KNOWN,
    "judged_rounds.new": RUNS,
    "rounds.new": RUNS,
    "rounds.dashboard": SEES,
    "rounds.edit": RUNS,
    "rounds.ask": RUNS,
    "preparing.show": RUNS,
    "sittings.index": RUNS,
    "sittings.new": RUNS,
    "sittings.edit": RUNS,
    "sittings.new_room": RUNS,
    "sittings.edit_room": RUNS,
    "incidents.index": RUNS,
    "seats.index": RUNS,
    "timetables.show": RUNS,
    "timetables.sheet": RUNS,
    "clocks.show": RUNS,
    "late.attempt": COUNTS,
    "late.lane": COUNTS,
    "results.summary": SEES,
    "results.ask_compute": COUNTS,
    "results.ask_publish": COUNTS,
    "results.written": frozenset({"organizer"}),
    "statistics.show": RUNS,
    "analyses.of_contest": SEES,
    "analyses.of_round": SEES,
    "dossiers.index": COUNTS,
    "dossiers.written": frozenset({"organizer"}),
    "appeals.letter": COUNTS,
    "appeals.queue": COUNTS,
    "appeals.show": COUNTS,
    "changes.choose": COUNTS,
    "changes.index": COUNTS,
    "changes.question": RUNS,
    "changes.show": COUNTS,
    "own_appeals.form": frozenset({"veteran"}),
    "own_appeals.letter": frozenset({"veteran"}),
    "ceremonies.index": COUNTS,
    "ceremonies.show": COUNTS,
    "screens.embedded": ALL,
    "runs.compare": SEES,
    "runs.finish": COUNTS,
    "runs.show": SEES,
    "whys.of": SEES,
    "whys.own": frozenset({"veteran"}),
    "supervision.minutes": RUNS,
    "supervision.print_minutes": RUNS,
    "supervision.room": RUNS,
    "supervision.rooms": RUNS,
    "supervision.seat": RUNS,
    "analysis.item": READS,
    "analysis.bank": READS,
    "analysis.worklist": READS,
    "author.banks": READS,
    "author.bank": READS,
    "author.item": READS,
    "author.new": WRITES,
    "author.edit": WRITES,
    "author.exported": frozenset({"organizer"}),
    "author.balance": READS,
    "author.passages": READS,
    "blueprints.index": READS,
    "blueprints.new": WRITES,
    "papers.index": READS,
    "finding.duplicates": READS,
    "author.choose_format": WRITES,
    "files.choose": WRITES,
    "files.preview": WRITES,
    "law.documents": READS,
    "law.document": READS,
    "law.new": WRITES,
    "law.topics": READS,
    "law.edit": WRITES,
    "reviews.queue": frozenset({"reviewer", "admin"}),
    "reviews.look": frozenset({"reviewer", "admin"}),
    "rights.show": RUNS,
    "worklists.show": READS,
    "worklists.compare": READS,
    "admin.accounts": UNITS,
    "admin.account": UNITS,
    "admin.new_account": UNITS,
    "admin.roles": frozenset({"admin"}),
    "admin.requests": UNITS,
    "imports.roster": UNITS,
    "imports.units": UNITS,
    "imports.headcounts": UNITS,
    "imports.preview": frozenset({"admin"}),
    "trail.entries": RUNS,
    "trail.entry": RUNS,
    "units.tree": UNITS,
    "units.unit": UNITS,
    "units.people": COUNTS | {"officer"},
    "units.own": frozenset({"officer"}),
}
LEFT_OUT = {
    "asset": "a file, not a page; its bytes are tested in tests/core",
    "service_worker": "a script; the player's journeys run it",
    "units.find": "answers the combobox with JSON; the registration asks it",
    **dict.fromkeys(
        (
            "judge.panel",
            "judge.sheet",
            "judge.sheets",
            "judged_rounds.edit",
            "judged_rounds.show",
            "panels.index",
            "panels.show",
            "paper_sheets.enter",
            "paper_sheets.index",
            "paper_sheets.print_sheets",
        ),
        "tests/browser/test_judging.py looks at it",
    ),
    "waiting.sealed": "encrypted bytes, not a page; tests/browser/test_waiting.py opens them",
    "participant.prediction": "the demo asks with the questions; tests/contest/views looks at it",
    "waiting.state": "answers the waiting room with JSON",
    "preparing.progress": "answers a waiting page with JSON",
    "rounds.figures": "answers the dashboard with JSON",
    "screens.board": "a screen of a hall; tests/browser/test_screens.py looks at it",
    "screens.podium": "a screen of a hall; tests/browser/test_screens.py looks at it",
    "scores.show": "tests/browser/test_panel.py looks at it",
    "scores.entry": "tests/browser/test_panel.py looks at it",
    "conclusions.show": "tests/browser/test_panel.py looks at it",
    "conclusions.run": "tests/browser/test_panel.py looks at it",
    "firmness.show": "tests/browser/test_panel.py looks at it",
    "honours.show": "tests/browser/test_panel.py looks at it",
    "promotions.show": "tests/browser/test_panel.py looks at it",
    "judged_papers.index": "tests/browser/test_panel.py looks at it",
    "judged_papers.show": "tests/browser/test_panel.py looks at it",
    "judged_papers.page": "a picture; tests/contest/views/test_judged.py asks for it",
    "outcomes.show": "tests/browser/test_panel.py looks at it",
    "outcomes.feedback": "tests/browser/test_panel.py looks at it",
    "outcomes.feedback_file": "a PDF file; tests/contest/views/test_judged.py takes it",
    "firmness.progress": "answers a waiting page with JSON",
    "categories.edit": "tests/browser/test_entries.py looks at it",
    "own_entries.new": "tests/browser/test_entries.py looks at it",
    "own_entries.show": "tests/browser/test_entries.py looks at it",
    "sifting.show": "tests/browser/test_entries.py looks at it",
    "uploads.download": "a file; tests/browser/test_entries.py sends one",
    "uploads.look": "answers the script that sends a file with JSON",
    "ceremonies.screen": "a screen of a hall; tests/browser/test_screens.py looks at it",
    "supervision.seats": "answers the page of a room with JSON",
    "stages.screen": "a screen of a hall; tests/browser/test_stage.py looks at it",
    "stages.show": "tests/browser/test_stage.py looks at it while a team is on",
    "stages.state": "answers the operator's page with JSON",
    "ballots.show": "tests/browser/test_stage.py looks at it",
    "votes.show": "tests/browser/test_stage.py votes on it",
    "votes.received": "tests/browser/test_stage.py looks at it",
    "parts.index": "tests/browser/test_stage.py looks at it",
    "parts.new": "tests/browser/test_stage.py looks at it",
    "parts.counts": "the demo counts nothing; tests/contest/views looks at it",
    "parts.evidence": "a picture, not a page",
    "documents.bundled": "waits for a job as results.written does; tests/contest runs the job",
    "documents.download": "a file; tests/contest opens one",
    "documents.page": "a picture, not a page",
    "unit_reports.page": "a picture, not a page",
    "documents.progress": "answers a waiting page with JSON",
    "certificates.preview": "a picture, not a page",
    "results.progress": "answers a waiting page with JSON",
    "seats.people": "answers the combobox with JSON; tests/contest/views asks it",
    "seats.spots": "answers the combobox with JSON; tests/contest/views asks it",
    "changes.progress": "answers a waiting page with JSON",
    "results.computing": "answers a waiting page with JSON",
    "analyses.progress": "answers a waiting page with JSON",
    "dossiers.download": "a file; tests/contest/test_compiling.py reads one in each form",
    "dossiers.progress": "answers a waiting page with JSON",
    "statistics.progress": "answers a waiting page with JSON",
    "results.download": "a file; the organiser's journey downloads one",
    "author.export_progress": "answers a waiting page with JSON",
    "author.compare": "needs two items alike; tests/questions/views looks at it",
    "author.passage": "the demo has no passage; tests/questions/views looks at it",
    "blueprints.edit": "tests/browser/test_papers.py looks at it",
    "essays.answer": "the demo has no essay; tests/browser marks one",
    "essays.deviations": "the demo has no essay; tests/contest/views looks at it",
    "essays.queue": "the demo has no essay; tests/browser marks one",
    "finding.progress": "answers a waiting page with JSON",
    "media.show": "a file, not a page",
    "papers.bundle_progress": "answers a waiting page with JSON",
    "papers.bundled": "tests/browser/test_papers.py looks at the pages of a set",
    "papers.letterhead": "tests/browser/test_papers.py looks at the pages of a set",
    "papers.new": "tests/browser/test_papers.py looks at it",
    "papers.page": "a picture, not a page",
    "papers.paper": "tests/browser/test_papers.py looks at it",
    "papers.progress": "answers a waiting page with JSON",
    "papers.show": "tests/browser/test_papers.py looks at it",
    "files.progress": "answers a waiting page with JSON",
    "imports.progress": "answers a waiting page with JSON",
    "profile.download": "a file of JSON; tests/accounts/views opens it",
    "session.second_factor": "only between password and code; tests/accounts/views looks at it",
    "session.set_up_factor": "never in a demo; tests/accounts/views looks at it",
}


@dataclass
class People:
    """A browser for everybody, and what went wrong in any of them."""

    pages: dict
    values: dict
    told: list = field(default_factory=list)

    def watch(self, page, address):
        page.on("pageerror", lambda error: self.told.append(str(error)))
        page.on("console", lambda line: self.told.append(line.text) if is_fault(line) else None)
        page.on("request", lambda asked: self._foreign(asked, address))

    def _foreign(self, asked, address):
        scheme = urlsplit(asked.url).scheme
        if scheme.startswith("http") and not asked.url.startswith(f"{address}/"):
            self.told.append(f"asks another host: {asked.url}")


@pytest.fixture(scope="module")
def people(chrome, site):
    """Everybody, each signed in in a browser of their own."""
    stage = scene.set_up(site)
    pages = {role: scene.person(chrome, site, stage.codes.get(role)) for role in ROLES}
    attempt = scene.enter(pages["participant"], stage)
    past, receipt = _past(site)
    values = stage.values | {"attempt": attempt, "past_attempt": past, "receipt": receipt}
    made = People(pages, values)
    for page in pages.values():
        made.watch(page, site.address)
    yield made
    for page in pages.values():
        page.context.close()


def _past(site):
    """Return the veteran's attempt at the first round, and the code of its receipt."""
    return site.rows(
        """SELECT attempt.public_id, receipt_code FROM attempt
        JOIN enrolment ON enrolment.id = enrolment_id
        WHERE enrolment.number = 1 ORDER BY attempt.id"""
    )[0]


@pytest.fixture(scope="module")
def addresses(people, built):
    """Every address to be looked at, by endpoint."""
    v = people.values
    special = {
        "public.board": [
            *({"slug": SLUG, "number": n} for n in (1, 3)),
            {"slug": SLUG, "number": 1, "don-vi": v["unit"]},
            {"slug": SLUG, "number": 1, "tim": "khong co ai"},
        ],
        "public.my_row": [{"slug": SLUG, "number": 1}],
        "public.poster": [{"slug": SLUG}, {"slug": SLUG, "dv": v["unit_code"]}],
        "public.entry": [{"slug": SLUG}, {"slug": SLUG, "dv": v["unit_code"]}],
        "public.units": [{"slug": SLUG}, {"slug": SLUG, "tim": "ea", "sort": "name"}],
        "public.receipt": [{}, {"ma": v["receipt"]}],
        "participant.attempt": [{"public_id": v["attempt"]}],
        "participant.question": [{"public_id": v["attempt"], "n": n} for n in (2, 21)],
        "participant.review": [{"public_id": v["attempt"]}],
        "rounds.ask": [
            {"public_id": v["open_round"], "act": act}
            for act in ("gia-han", "dong-som", "tam-dung", "mo-som", "tiep-tuc")
        ],
        "waiting.room": [{"token": v["sitting"]}],
        "quotas.radar": [
            {"public_id": v["contest"]},
            {"public_id": v["contest"], "khoi": "commune", "vong": 2, "sort": "status"},
        ],
        "quotas.change": [{"public_id": v["contest"], "quota_id": v["quota"]}],
        "quotas.unit": [{"public_id": v["contest"], "unit_id": v["unit"]}],
        "quotas.unit_letter": [{"public_id": v["contest"], "unit_id": v["unit"]}],
        "unit_reports.show": [{"public_id": v["contest"], "unit_id": v["unit"]}],
        "prizes.index": [{"public_id": v["contest"]}],
        "prizes.new": [{"public_id": v["contest"], "loai": one} for one in ("ca-nhan", "tap-the")],
        "prizes.show": [{"public_id": one} for one in v["prizes"]],
        "prizes.edit": [{"public_id": v["prizes"][-1]}],
        "prizes.minutes": [{"public_id": one} for one in v["winners"]],
        "preparing.show": [{"public_id": one} for one in v["rounds"][1:3]],
        "late.attempt": [{"public_id": one} for one in v["late_attempts"]],
        "late.lane": [{"public_id": v["open_round"]}],
        "supervision.room": [{"public_id": v["room"]}],
        "supervision.seat": [{"public_id": v["room"], "person": v["seated"]}],
        "supervision.minutes": [{"public_id": one} for one in v["minutes"]],
        "supervision.print_minutes": [{"public_id": one} for one in v["minutes"]],
        "documents.show": [
            {"public_id": v["contest"], "kind": kind, "vong": 1}
            for kind in ("danh-sach-ket-qua", "quyet-dinh", "thong-cao-bao-chi", "the-le")
        ],
        "certificates.design": [{"public_id": v["design"]}],
        "certificates.show": [{"code": v["certificate"]}],
        "checks.show": [{"code": v["certificate"]}],
        "results.summary": [{"public_id": one} for one in v["rounds"][:2]],
        "statistics.show": [{"public_id": one} for one in v["rounds"][:2]],
        "analyses.of_round": [{"public_id": one} for one in (v["rounds"][0], v["open_round"])],
        "analyses.of_contest": [{"public_id": v["contest"]}],
        "dossiers.index": [{"public_id": v["contest"]}],
        "dossiers.written": [{"public_id": v["dossier"]}],
        "analysis.bank": [{"public_id": v["bank"]}],
        "analysis.worklist": [
            {"public_id": v["bank"], "group": one} for one in ("chua-hoi", "qua-de")
        ],
        "results.written": [{"public_id": v["result_file"]}],
        "author.exported": [{"public_id": v["bank"], "job": v["bank_file"]}],
        "author.choose_format": [
            {"public_id": v["bank"], "dang": one} for one in ("xlsx", "aiken")
        ],
        "author.bank": [{"public_id": v["bank"]}, {"public_id": v["bank"], "tim": "thủ tục"}],
        "author.new": [{"public_id": v["bank"]}],
        "author.balance": [{"public_id": v["bank"]}],
        "author.passages": [{"public_id": v["bank"]}],
        "blueprints.index": [{"public_id": v["bank"]}],
        "blueprints.new": [{"public_id": v["bank"]}],
        "papers.index": [{"public_id": v["bank"]}],
        "finding.duplicates": [{"public_id": v["bank"]}],
        "files.choose": [{"public_id": v["bank"]}],
        "files.preview": [
            *({"public_id": v["imports"][0], "cau": n} for n in (1, 2, 3)),
            {"public_id": v["imports"][1]},
        ],
        "law.document": [{"code": v["document"]}, {"code": v["ended_document"]}],
        "law.edit": [{"code": v["document"]}],
        "reviews.look": [{"public_id": v["waiting_item"]}],
        "rights.show": [
            {"public_id": v["reviewed_bank"]},
            {"public_id": v["reviewed_bank"], "tim": "mai"},
        ],
        "worklists.show": [{"code": v["ended_document"]}],
        "worklists.compare": [{"code": v["ended_document"], "public_id": v["cited_item"]}],
        "author.item": [{"public_id": v["item"]}, {"public_id": v["waiting_item"]}],
        "admin.account": [{"public_id": v["account"]}, {"public_id": v["staff_account"]}],
        "imports.preview": [{"public_id": one} for one in v["sheets"]],
        "trail.entry": [{"entry_id": v["entry"]}],
        "rounds.dashboard": [{"public_id": one} for one in v["rounds"]],
        "rounds.edit": [{"public_id": v["rounds"][1]}, {"public_id": v["rounds"][3]}],
        "rounds.new": [
            {"public_id": v["contest"]},
            {"public_id": v["contest"], "mau": "hue-cchc-2025"},
        ],
        "judged_rounds.new": [{"public_id": v["contest"]}],
        "organizer.new": [{}, {"mau": "quang-nam-thcs-2022"}],
        "blocks.papers": [{"public_id": v["grouped_round"]}],
        "overall.show": [{"public_id": v["table"]}],
        "overall.edit": [{"public_id": v["table"]}],
        "overall.board": [{"slug": SLUG, "public_id": v["table"]}],
        "overall.my_row": [{"slug": SLUG, "public_id": v["table"]}],
        "screens.embedded": [{"slug": SLUG, "number": n} for n in (1, 4)],
        "trials.show": [
            {"public_id": v["rounds"][0], "chain": "soc-trang-cchc-2022"},
            {"public_id": v["rounds"][2], "lock": "per_attempt", "first": "3"},
        ],
    }
    usual = {
        "public": {"slug": SLUG},
        "participant": {"public_id": v["open_round"]},
        "organizer": {"public_id": v["contest"]},
        "documents": {"public_id": v["contest"]},
        "categories": {"public_id": v["contest"]},
        "entries": {"public_id": v["contest"]},
        "certificates": {"public_id": v["contest"]},
        "quotas": {"public_id": v["contest"]},
        "enrolments": {"public_id": v["contest"]},
        "overall": {"public_id": v["contest"]},
        "blocks": {"public_id": v["grouped"], "block_id": v["block"]},
        "results": {"public_id": v["past_round"]},
        "author": {"public_id": v["item"]},
        "analysis": {"public_id": v["item"]},
        "units": {"public_id": v["unit"]},
        "sittings": v["exam"],
        "seats": {"public_id": v["exam"]["public_id"]},
        "timetables": {"public_id": v["exam"]["public_id"]},
        "incidents": {"public_id": v["open_round"]},
    }
    special |= {
        "participant.receipt": [{"public_id": v["past_attempt"]}],
        "participant.result": [{"public_id": v["past_attempt"]}],
        "enrolments.person": [{"public_id": v["enrolment"]}],
    }
    said, past = v["dispute"], {"public_id": v["past_round"]}
    draft = {"public_id": said["changes"][2]}
    special |= {
        "appeals.queue": [past],
        "ceremonies.index": [past, {"public_id": v["open_round"]}],
        "ceremonies.show": [{"public_id": v["ceremony"]}],
        "changes.index": [past],
        "changes.show": [{"public_id": one} for one in said["changes"]],
        "changes.choose": [draft, draft | {"tim": "nguyen", "cau": "thu tuc"}],
        "changes.question": [draft | {"version_id": said["ruled"]}],
        "runs.show": [past | {"number": one} for one in (2, 3)],
        "runs.compare": [past, past | {"tu": 3, "den": 2}],
        "runs.finish": [past, {"public_id": v["open_round"]}],
        "whys.own": [past],
        "whys.of": [past | {"number": 2, "enrolment_id": said["ranked"]}],
    }
    usual |= {
        "appeals": {"public_id": said["appeal"]},
        "own_appeals": {"public_id": v["past_attempt"]},
    }
    routes = {rule.endpoint: rule for rule in built.url_map.iter_rules() if "GET" in rule.methods}
    build = built.url_map.bind("").build
    return {
        name: [
            build(name, values)
            for values in special.get(name)
            or [usual.get(name.partition(".")[0], {}) if routes[name].arguments else {}]
        ]
        for name in WHO
    }


def looks(page):
    """Return what is cut off or too tight to read on the page."""
    return page.evaluate(
        """() => {
        const found = [];
        const wide = document.scrollingElement.scrollWidth;
        if (wide > innerWidth) {
            const out = [...document.querySelectorAll("body *")].filter(
                (one) => one.getBoundingClientRect().right > innerWidth + 1).slice(0, 3);
            const said = out.map((one) => one.outerHTML.slice(0, 90)).join(" | ");
            found.push("page is " + wide + " wide: " + said);
        }
        for (const one of document.querySelectorAll(".btn, .badge, h1, h2, h3, .title, td, th")) {
            if (!one.offsetParent || one.matches(".sr")) continue;
            const style = getComputedStyle(one);
            const said = one.tagName + " " + one.innerText.slice(0, 40);
            const cuts = style.overflowX !== "visible" || one.matches(".btn, .badge");
            const isCut = cuts && (one.scrollWidth > one.clientWidth + 1
                || one.scrollHeight > one.clientHeight + 1);
            if (isCut) found.push("cut off: " + said);
            const line = parseFloat(style.lineHeight) / parseFloat(style.fontSize);
            if (line < 1.2) found.push("marks touch: " + said + " " + line);
        }
        return found;
    }"""
    )


def look_over(page, address, name):
    """Return everything that is wrong with a page on a phone and on a desk."""
    page.set_viewport_size(PHONE)
    page.goto(address, wait_until="load")
    driving.load_axe(page)
    found = {"phone": looks(page), "phone axe": driving.violations(page)}
    if os.environ.get("SHOTS"):
        shoot(page, f"page-{name}-360")
    page.set_viewport_size(DESK)
    found |= {"desk": looks(page), "desk axe": driving.violations(page)}
    if os.environ.get("SHOTS"):
        shoot(page, f"page-{name}-1280")
    return {kind: each for kind, each in found.items() if each}


def viewer_of(endpoint):
    return next(role for role in ROLES if role in (WHO[endpoint] or ALL))


def test_every_page_is_looked_at_or_left_out_for_a_reason(built):
    found = {rule.endpoint for rule in built.url_map.iter_rules() if "GET" in rule.methods}

    assert found == set(WHO) | set(LEFT_OUT)


@pytest.mark.parametrize("endpoint", WHO)
def test_page_answers_everybody_as_is_due_with_whole_html(people, addresses, endpoint):
    statuses, broken = {}, {}
    for role, page in people.pages.items():
        for address in addresses[endpoint]:
            reply = page.context.request.get(address, max_redirects=0)
            statuses.setdefault(role, set()).add(reply.status)
            is_page = "text/html" in reply.headers.get("content-type", "") and reply.status != 303
            if is_page and (found := faults(reply.text())):
                broken[role, address] = found

    seen = {role for role, each in statuses.items() if 200 in each}
    assert broken == {}
    assert {status for each in statuses.values() for status in each} <= {200, 303, 403, 404, 409}
    assert seen == WHO[endpoint]


@pytest.mark.parametrize("endpoint", [name for name in WHO if WHO[name]])
def test_page_is_accessible_and_fits_a_phone_and_a_desk(people, addresses, endpoint):
    page = people.pages[viewer_of(endpoint)]
    people.told.clear()
    found = {
        address: look_over(page, address, f"{endpoint}-{number}")
        for number, address in enumerate(addresses[endpoint], start=1)
    }

    assert {address: each for address, each in found.items() if each} == {}
    assert people.told == []

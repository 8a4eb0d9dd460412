"""The menus: what the frame of every page offers to whoever is reading it."""

from typing import Any

from flask import current_app, request, url_for
from flask_babel import gettext

from accounts import access
from accounts.models import Account
from accounts.rules.authorizing import Permission, Role, roles_with
from contest import panel_access
from contest.access import WATCHES, may_in, may_in_round
from contest.models import Contest, Round
from contest.panel_access import Seat
from core import clock, clock_watching, fastpath, i18n

# (name of the page shown, icon, endpoint, permission); the words follow below.
CONTESTS = (
    ("contests", "calendar", "organizer.home", Permission.SEE_CONTEST),
    ("supervision", "eye", "supervision.rooms", Permission.PROCTOR_SITTINGS),
    ("judging", "gavel", "judge.rounds", Permission.JUDGE_ENTRIES),
)
SHARED = (
    ("bank", "bank", "author.banks", Permission.READ_BANK),
    ("units", "unit", "units.tree", Permission.MANAGE_UNITS),
    ("people", "users", "admin.accounts", Permission.MANAGE_ACCOUNTS),
    ("requests", "message", "admin.requests", Permission.MANAGE_ACCOUNTS),
    ("roles", "key", "admin.roles", Permission.GRANT_ROLES),
    ("trail", "history", "trail.entries", Permission.READ_AUDIT),
    ("clocks", "clock", "clocks.show", Permission.MANAGE_ROUND),
)


def needed(key: str, permission: Permission) -> tuple[Permission, ...]:
    """Return the permissions of which one opens an entry of the menu."""
    return WATCHES if key == "supervision" else (permission,)


def context() -> dict[str, Any]:
    """Return what every template may use; nothing is read before it is asked for."""
    return {"site": Site()}


# The parts of one contest, in the same form.
PARTS = (
    ("contest", "chart", "organizer.contest", Permission.SEE_CONTEST),
    ("rounds", "calendar", "organizer.contest", Permission.SEE_CONTEST),
    ("contest-blocks", "flag", "blocks.index", Permission.MANAGE_CONTEST),
    ("contest-overall", "trophy", "overall.index", Permission.SEE_CONTEST),
    ("contest-people", "users", "enrolments.people", Permission.MANAGE_ENROLMENTS),
    ("contest-entries", "doc", "entries.index", Permission.SCREEN_ENTRIES),
    ("contest-units", "grid", "organizer.units", Permission.SEE_UNIT_PROGRESS),
    ("contest-analysis", "chart", "analyses.of_contest", Permission.SEE_CONTEST),
    ("contest-papers", "doc", "documents.index", Permission.EXPORT_RESULTS),
    ("contest-dossier", "book", "dossiers.index", Permission.EXPORT_RESULTS),
    ("contest-quotas", "checklist", "quotas.radar", Permission.SEE_UNIT_PROGRESS),
    ("contest-prizes", "trophy", "prizes.index", Permission.COMPUTE_RESULTS),
    ("contest-roles", "key", "organizer.roles", Permission.MANAGE_CONTEST),
    ("contest-trail", "history", "organizer.trail", Permission.READ_AUDIT),
)


# The pages of a judged round: (name of the page, endpoint, permission), as far as the reader's seat
# opens them.
JUDGED = (
    ("rules", "judged_rounds.show", Permission.SEE_CONTEST),
    ("parts", "parts.index", Permission.SEE_CONTEST),
    ("panels", "panels.index", Permission.MANAGE_ROUND),
    ("stage", "stages.show", Permission.REVEAL_RESULTS),
    ("scores", "scores.show", None),
    ("firmness", "firmness.show", None),
    ("conclusions", "conclusions.show", Permission.COMPUTE_RESULTS),
    ("honours", "honours.show", Permission.COMPUTE_RESULTS),
    ("promotions", "promotions.show", Permission.COMPUTE_RESULTS),
    ("judged_papers", "judged_papers.index", Permission.EXPORT_RESULTS),
)


def _sits_for(seat: Seat, key: str) -> bool:
    """Say whether a seat opens a page of a judged round, beside the permission it may need.

    Who judges in the round takes no papers of it before the end.
    """
    may_know = not seat.judges or seat.is_final
    if key == "scores":
        return seat.sees_table
    if key == "firmness":
        return seat.sees_table and (may_know or seat.is_staff)
    return may_know or key != "judged_papers"


def _is_known() -> bool:
    """Say whether the reader is signed in, as far as a page that is kept may know."""
    return fastpath.sharing(request.environ) == "known" or access.viewer() is not None


class Site:
    """The site as the frame shows it; each part is worked out when a template asks."""

    @property
    def home_url(self) -> str:
        """Where the mark leads."""
        return url_for("public.home")

    @property
    def organiser(self) -> str:
        """Who answers for the installation."""
        return str(gettext("Province of %(province)s", province=current_app.config["PROVINCE"]))

    @property
    def contact(self) -> str:
        """Who helps, and when."""
        return str(current_app.config["CONTACT"])

    @property
    def is_demo(self) -> bool:
        """Whether names and figures are invented."""
        return bool(current_app.config["DEMO"])

    @property
    def privacy_url(self) -> str:
        """Where people find what is kept of them, and their rights."""
        return url_for("profile.data") if _is_known() else url_for("public.privacy")

    @property
    def sign_in_url(self) -> str:
        """Where people sign in."""
        return url_for("session.sign_in")

    @property
    def sign_out_url(self) -> str:
        """Where people sign out; no page that all get alike can carry a form of their own."""
        return "" if fastpath.sharing(request.environ) else url_for("session.sign_out")

    @property
    def reader(self) -> Account | None:
        """Who is reading, if somebody is signed in."""
        return access.viewer()

    @property
    def account_url(self) -> str:
        """The reader's own page: the account, or nothing for a stranger."""
        return url_for("profile.show") if _is_known() else ""

    @property
    def account_name(self) -> str:
        """The reader's name."""
        account = access.viewer()
        return account.full_name if account else ""

    @property
    def clock_faults(self) -> list[str]:
        """What is wrong with the clocks of the machines, for those who hold rounds."""
        if not access.holds_anywhere(Permission.MANAGE_ROUND):
            return []
        found = clock_watching.machines(at=clock.now())
        return [i18n.say(fault) for one in found for fault in one.faults()]

    @property
    def clocks_url(self) -> str:
        """Where a clock can be set right, for whoever may."""
        return url_for("clocks.show") if access.may(Permission.MANAGE_ROUND) else ""

    @property
    def nav(self) -> list[dict[str, str]]:
        """The main menu of the public pages."""
        links = [("contests", gettext("Contests"), url_for("public.home"))]
        if _is_known():
            links.append(("mine", gettext("My page"), url_for("participant.rounds")))
            if self.rail:
                links.append(("staff", gettext("Management"), self.rail[0]["items"][0]["href"]))
        return [{"key": key, "label": label, "href": href} for key, label, href in links]

    @property
    def rail(self) -> list[dict[str, Any]]:
        """The menu of the staff's pages: only what the reader may use."""
        labels = {
            "contests": gettext("Contests"),
            "supervision": gettext("Rooms of today"),
            "judging": gettext("Judging"),
            "bank": gettext("Question bank"),
            "units": gettext("Units and headcounts"),
            "people": gettext("People"),
            "requests": gettext("Data requests"),
            "roles": gettext("Roles"),
            "trail": gettext("Audit trail"),
            "clocks": gettext("Clocks of the machines"),
        }
        held = {grant.role for grant in access.grants()}
        groups = []
        if Role.UNIT_OFFICER in held:
            own = {"key": "own", "icon": "unit", "label": gettext("My units")}
            progress = {"key": "progress", "icon": "checklist", "href": url_for("quotas.own")}
            progress["label"] = gettext("Progress of my units")
            items = [own | {"href": url_for("units.own")}, progress]
            groups.append({"label": "", "items": items})
        for label, entries in ((gettext("Contests"), CONTESTS), (gettext("Shared"), SHARED)):
            items = [
                {"key": key, "icon": icon, "label": labels[key], "href": url_for(endpoint)}
                for key, icon, endpoint, permission in entries
                if any(role in held for one in needed(key, permission) for role in roles_with(one))
            ]
            if items:
                groups.append({"label": label, "items": items})
        return groups

    def contest_rail(self, contest: Contest) -> list[dict[str, str]]:
        """Return the parts of a contest that the reader may open."""
        labels = {
            "contest": gettext("Overview"),
            "rounds": gettext("Rounds"),
            "contest-blocks": gettext("Groups"),
            "contest-overall": gettext("Overall tables"),
            "contest-people": gettext("Participants"),
            "contest-entries": gettext("Entries in the contest"),
            "contest-units": gettext("Participation"),
            "contest-analysis": gettext("Analysis"),
            "contest-papers": gettext("Documents"),
            "contest-dossier": gettext("Whole file"),
            "contest-quotas": gettext("Quotas by unit"),
            "contest-prizes": gettext("Prizes"),
            "contest-roles": gettext("Assignments"),
            "contest-trail": gettext("Audit trail of the contest"),
        }
        places = {"rounds": "vong-thi"}
        return [
            {
                "key": key,
                "icon": icon,
                "label": labels[key],
                "href": url_for(endpoint, public_id=contest.public_id, _anchor=places.get(key)),
            }
            for key, icon, endpoint, permission in PARTS
            if may_in(contest, permission)
        ]

    def judged_tabs(
        self, round_: Round, current: str, seat: Seat | None = None
    ) -> list[dict[str, Any]]:
        """Return the pages of a judged round that the reader may open; `seat` where it is known."""
        labels = {
            "rules": gettext("Criteria and rules"),
            "parts": gettext("Parts of the round"),
            "panels": gettext("Panels"),
            "stage": gettext("Stage"),
            "scores": gettext("Table of scores"),
            "firmness": gettext("Firmness"),
            "conclusions": gettext("Closing the round"),
            "honours": gettext("Prizes"),
            "promotions": gettext("Next round"),
            "judged_papers": gettext("Papers of the judging"),
        }
        seat = seat or panel_access.seat_of(round_)
        return [
            {
                "label": labels[key],
                "href": url_for(endpoint, public_id=round_.public_id),
                "current": key == current,
            }
            for key, endpoint, permission in JUDGED
            if _sits_for(seat, key) and (permission is None or may_in_round(round_, permission))
        ]

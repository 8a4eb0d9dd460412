"""The application: settings, extensions and blueprints put together, and nothing else."""

import os
from collections.abc import Mapping
from typing import Any

from flask import Flask, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import Babel, gettext
from flask_login import LoginManager
from flask_wtf import CSRFProtect
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix

from accounts import access, hashing, sign_in_edge
from accounts import cli as accounts_cli
from accounts import jobs as accounts_jobs  # noqa: F401 -- registers its periodic jobs
from accounts.errors import StepUpNeeded
from accounts.views import admin, imports, profile, session, trail, units
from accounts.views import viewing as viewing_pages
from contest import asked, beginning_edge, forgetting, menus, saving_edge
from contest import cli as contest_cli
from contest import jobs as contest_jobs  # noqa: F401 -- registers its jobs
from contest.views import (
    analyses,
    appeals,
    ballots,
    blocks,
    categories,
    ceremonies,
    certificates,
    changes,
    checks,
    clocks,
    conclusions,
    documents,
    dossiers,
    enrolments,
    entries,
    essays,
    firmness,
    honours,
    incidents,
    judge,
    judged_papers,
    judged_rounds,
    late,
    organizer,
    outcomes,
    overall,
    own_appeals,
    own_entries,
    panels,
    paper_sheets,
    participant,
    parts,
    preparing,
    prizes,
    promotions,
    public,
    quotas,
    results,
    rounds,
    runs,
    scores,
    screens,
    seats,
    sifting,
    sittings,
    stages,
    statistics,
    supervision,
    timetables,
    trials,
    unit_reports,
    uploads,
    votes,
    waiting,
    whys,
)
from core import (
    assets,
    bodies,
    clock,
    config,
    db,
    fastpath,
    hub,
    i18n,
    limits,
    logs,
    serving,
    storage,
    viewing,
    web,
)
from core import cli as core_cli
from core import space as _space  # noqa: F401 -- registers its job
from core.errors import Busy, DomainError, Forbidden, NotFound, SignInNeeded, TooMany
from core.saying import Sentence
from questions import cli as questions_cli
from questions import jobs as questions_jobs  # noqa: F401 -- registers its jobs
from questions import naming, paper_queries, usage
from questions.views import (
    analysis,
    author,
    blueprints,
    files,
    finding,
    law,
    media,
    papers,
    reviews,
    rights,
    worklists,
)
from questions.views import editor as _editor  # noqa: F401 -- adds to the author's pages
from questions.views import talks as _talks  # noqa: F401 -- adds to the author's pages

PROBLEMS = {Forbidden.status: "errors/forbidden.html", NotFound.status: "errors/missing.html"}
# The pages of judged rounds.
JUDGED = (
    *(scores, conclusions, firmness, honours, promotions, judged_papers, outcomes),
    *(stages, parts, ballots, votes, categories, entries, sifting, own_entries, uploads),
)

login_manager = LoginManager()
login_manager.session_protection = None
login_manager.request_loader(access.load_account)
csrf = CSRFProtect()
babel = Babel()


def create_app(settings: Mapping[str, Any] | None = None) -> Flask:
    """Build the application; `settings` override the environment's. No database is needed."""
    app = Flask(__name__, static_folder=None)
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    app.config.from_mapping(config.complete(settings or {}))
    # Where signing in leads: the staff to their contests, others to their own page.
    app.config["LANDING"] = {True: "/quan-ly/", False: "/thi/"}
    clock.keep_in(app.config["INSTANCE"])
    logs.init_app(app)
    web.init_app(app)
    db.init_app(app)
    login_manager.init_app(app)
    csrf.init_app(app)
    babel.init_app(
        app,
        default_locale="vi",
        default_timezone="Asia/Ho_Chi_Minh",
        default_translation_directories="core/translations",
        locale_selector=i18n.choose_locale,
    )
    i18n.init_app(app, preferred=access.preferred_language)
    viewing.init_app(app, preferred=access.preferred_view)
    hub.init_app(app)
    bodies.init_app(app)
    limits.init_app(app)
    assets.init_app(app)
    hashing.take_turns_in(app.config["INSTANCE"])
    register(app)
    answer_errors(app)
    hot = (*saving_edge.ROUTES, *beginning_edge.ROUTES)
    forms = {sign_in_edge.PATH: sign_in_edge.sign_in}
    app.wsgi_app = fastpath.Layer(app, hot, public.BOARD, forms)  # type: ignore[method-assign]  # -- Flask's own way
    if app.config["TRUSTED_PROXIES"]:
        hops = app.config["TRUSTED_PROXIES"]
        app.wsgi_app = ProxyFix(app.wsgi_app, hops, hops, hops, hops)  # type: ignore[method-assign]  # -- Flask's own way
    return app


def register(app: Flask) -> None:
    """Add the pages and the commands of every package."""
    app.cli.add_command(core_cli.group)
    app.cli.add_command(questions_cli.group)
    app.context_processor(menus.context)
    app.register_blueprint(public.bp)
    app.register_blueprint(participant.bp)
    app.register_blueprint(waiting.bp)
    app.register_blueprint(preparing.bp)
    for page in (organizer, rounds, enrolments, results, statistics, essays, late, supervision):
        app.register_blueprint(page.bp)
    for page in (sittings, incidents, seats, timetables, clocks, blocks, overall, trials):
        app.register_blueprint(page.bp)
    for page in (changes, runs, appeals, own_appeals, whys, quotas, unit_reports, prizes):
        app.register_blueprint(page.bp)
    for page in (
        judged_rounds,
        panels,
        judge,
        paper_sheets,
        documents,
        certificates,
        checks,
        screens,
        ceremonies,
        analyses,
        dossiers,
    ):
        app.register_blueprint(page.bp)
    for page in JUDGED:
        app.register_blueprint(page.bp)
    app.cli.add_command(contest_cli.group)
    for page in (session, profile, viewing_pages, admin, units, imports, trail):
        app.register_blueprint(page.bp)
    app.cli.add_command(accounts_cli.group)
    for page in (
        author,
        law,
        files,
        reviews,
        rights,
        worklists,
        analysis,
        finding,
        media,
        blueprints,
        papers,
    ):
        app.register_blueprint(page.bp)
    usage.ask(asked.times)
    usage.ask_banks(asked.banks)
    usage.ask_where(asked.rounds)
    usage.let_see(asked.may_see)
    usage.ask_letterhead(asked.letterhead)
    usage.ask(paper_queries.times)
    usage.hear(usage.Witness(asked.in_rounds, asked.exposure))
    usage.hear(usage.Witness(paper_queries.no_rounds, paper_queries.exposure))
    forgetting.listen()
    naming.listen()
    exempt_saves()


def exempt_saves() -> None:
    """Let scripts save: they are guarded by own header and origin instead of a form's token."""
    for view in (participant.SAVE, participant.BEAT, participant.HAND_IN, waiting.START):
        csrf.exempt(view)
    csrf.exempt(judge.SAVE)


def answer_errors(app: Flask) -> None:
    """Answer refusals and faults with pages of our own."""
    app.register_error_handler(DomainError, show_refusal)
    app.register_error_handler(HTTPException, show_http_error)
    app.register_error_handler(Exception, show_fault)


def show_refusal(error: DomainError) -> ResponseReturnValue:
    """Answer a refusal with its own status and words; ask a stranger to sign in."""
    message = i18n.say(Sentence(error.message, error.details))
    if isinstance(error, SignInNeeded) and request.method == "GET":
        return web.see_other(url_for("session.sign_in", next=request.full_path.rstrip("?")))
    if isinstance(error, StepUpNeeded):
        return web.see_other(url_for("session.step_up", next=error.details.get("target")))
    if isinstance(error, TooMany | Busy):
        wait = error.details["retry_after"]
        page = render_template("errors/too-many.html", message=message, retry_after=wait)
        return page, error.status, {"Retry-After": str(wait)}
    template = PROBLEMS.get(error.status, "errors/refused.html")
    way_back = web.page_before()
    link = gettext("Go back") if way_back else ""
    return render_template(template, message=message, back=way_back or "/", link=link), error.status


def show_http_error(error: HTTPException) -> ResponseReturnValue:
    """Answer an error of the protocol with a page in the reader's language."""
    if error.code is None or error.code < 400:
        return error
    message = gettext("The request could not be answered (%(code)s).", code=error.code)
    template = PROBLEMS.get(error.code, "errors/refused.html")
    return render_template(template, message=message), error.code


def show_fault(error: Exception) -> ResponseReturnValue:
    """Apologise for a fault of ours; the log has the rest under the same request id."""
    logs.logger.exception("fault", exc_info=error)
    # What failed may have left the transaction unusable, and the page still wants to read.
    db.db.session.rollback()
    if isinstance(error, OperationalError):
        page = render_template("errors/maintenance.html")
        return page, storage.status_of(error), {"Retry-After": "30"}
    return render_template("errors/broken.html", request_id=logs.request_id()), 500


if __name__ == "__main__":
    # Started by hand it shows the demo; `flask core serve` runs an installation without one.
    os.environ.setdefault("CHUNGTAY_DEMO", "on")
    os.environ.setdefault("CHUNGTAY_LOG_LEVEL", "WARNING")
    serving.start(create_app(), contest_cli.welcome)

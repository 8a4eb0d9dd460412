"""The page of an attempt that nobody has started: made whole, to be sealed and opened later.

What only the start knows (the token of the forms, the player's configuration) is left out: the
page is kept in pieces, and the browser puts these two between them.
"""

import base64
import json
import re
import secrets
from collections.abc import Sequence
from typing import Any

from flask import current_app, render_template, url_for
from flask_babel import force_locale

from contest import papers, showing
from contest.models import Round
from contest.papers import ShownSlot
from contest.preparing import Draft
from contest.showing import Paper
from core import i18n
from questions import queries as bank_queries

# Bytes; a paper of many large pictures would be slow to fetch beforehand.
LARGEST_PICTURE = 200_000
PAGE = "contest/participant/attempt.html"


def pages(round_: Round, drafts: Sequence[Draft]) -> list[str]:
    """Return the documents of drafts: pieces, what stands between them, and the configuration."""
    return [_document(round_, draft) for draft in drafts]


def _document(round_: Round, draft: Draft) -> str:
    language = _language(draft.seat.enrolment.account.locale)
    with force_locale(language):
        config = round_.asked_prediction
        stem = showing.say_prediction(round_, config) if config else ""
        slots = papers.unopened(round_, draft.slots, stem)
    mark = secrets.token_hex(16)
    paper = _paper(round_, draft, slots, mark)
    with current_app.test_request_context(), force_locale(language):
        page = render_template(PAGE, paper=paper, csrf_token=lambda: f"{mark}token")
        told: dict[str, Any] = {"config": _config(round_, draft, slots)}
        page = _with_pictures(page)
    pieces = re.split(f'({mark}token|"{mark}config")', page)
    between = ["token" if one.endswith("token") else "config" for one in pieces[1::2]]
    told |= {"pieces": pieces[::2], "between": between}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def _with_pictures(page: str) -> str:
    """Put the pictures into the page itself, so that it needs no network; large ones stay out."""
    before = url_for("media.show", public_id="")
    shown = re.compile(rf'src="{re.escape(before)}([^"/]+)"')
    found = bank_queries.small_pictures(set(shown.findall(page)), most=LARGEST_PICTURE)

    def inlined(asked: re.Match[str]) -> str:
        if asked[1] not in found:
            return asked[0]
        mime, content = found[asked[1]]
        return f'src="data:{mime};base64,{base64.b64encode(content).decode()}"'

    return shown.sub(inlined, page)


def _language(locale: str) -> str:
    return locale if locale in i18n.LANGUAGES else i18n.LANGUAGES[0]


def _paper(round_: Round, draft: Draft, slots: Sequence[ShownSlot], mark: str) -> Paper:
    stand_in: Any = f"{mark}config"
    return Paper(
        contest_title=round_.contest.title,
        round_title=round_.title,
        public_id=draft.public_id,
        is_practice=False,
        read_only=False,
        other_seen=None,
        halted=False,
        ends_at=min(round_.closes_at, draft.seat.sitting.closes_at),
        seconds_left=round_.minutes * 60,
        minutes=round_.minutes,
        current=1,
        slots=slots,
        config=stand_in,
    )


def _config(round_: Round, draft: Draft, slots: Sequence[ShownSlot]) -> dict[str, Any]:
    told = [
        {"position": slot.position, "kind": slot.kind, "answer": "", "seq": 0} for slot in slots
    ]
    rest = {"grace_s": round_.grace_seconds, "practice": False, "slots": told}
    return showing.addresses(draft.public_id) | rest

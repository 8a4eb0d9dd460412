"""Who sits on the demo's panels: a chair and a judge who sign in, the others invented."""

from collections.abc import Sequence
from datetime import datetime
from random import Random

from accounts.models import Account, Grant
from accounts.rules.authorizing import Role, ScopeKind
from contest import demo_accounts
from contest.models import JudgedRound, Panel, PanelMember, PanelRole
from contest.rules import simulating
from core import ids
from core.db import db
from core.text import search_key
from core.vietnam import DAY, civil_day


def people(
    number: int, rng: Random, at: datetime, *, named: Sequence[tuple[str, str]] = ()
) -> list[Account]:
    """Return the people of a panel; those named first sign in to the demo with their keys."""
    known = [demo_accounts.account(key, name, at)[0] for key, name in named]
    invented = simulating.people(number - len(known), rng, today=civil_day(at))
    made = [
        Account(
            public_id=ids.public_id(),
            full_name=person.name,
            search_text=search_key(person.name),
            created_at=at - 60 * DAY,
        )
        for person in invented
    ]
    db.session.add_all(made)
    return [*known, *made]


def panel(judged: JudgedRound, sitting: Sequence[Account], at: datetime) -> Panel:
    """Seat people on the panel of a round, the first as its chair, and the secretary with them."""
    made = Panel(public_id=ids.public_id(), judged=judged, title="Hội đồng giám khảo")
    appointed = judged.round.opens_at - 2 * DAY
    for number, person in enumerate(sitting, start=1):
        role = PanelRole.CHAIR if number == 1 else PanelRole.MEMBER
        made.members.append(
            PanelMember(account=person, role=role, number=number, appointed_at=appointed)
        )
    secretary, _ = demo_accounts.account("secretary", "H’Linh Mlô", at)
    made.members.append(
        PanelMember(
            account=secretary,
            role=PanelRole.SECRETARY,
            number=len(sitting) + 1,
            appointed_at=appointed,
        )
    )
    db.session.add(made)
    db.session.flush()
    db.session.add_all(
        Grant(
            account_id=person.id,
            role=Role.JUDGE,
            scope_kind=ScopeKind.ROUND,
            scope_id=judged.round_id,
            valid_from=appointed,
        )
        for person in sitting
    )
    return made

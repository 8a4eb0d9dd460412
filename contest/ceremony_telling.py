"""What the screen and the operator's page of a ceremony show at a step."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from contest import announcing, ceremony_queries
from contest.ceremony_queries import Shown
from contest.models import Ceremony
from contest.rules import unveiling
from contest.rules.unveiling import Scene, SceneKind
from core import i18n


@dataclass(frozen=True, slots=True)
class Stand:
    """Somebody in a scene."""

    one: Shown
    is_revealed: bool
    is_new: bool


@dataclass(frozen=True, slots=True)
class Told:
    """A scene in words."""

    step: int
    kind: SceneKind
    stands: Sequence[Stand]
    newest: Shown | None


@dataclass(frozen=True, slots=True)
class Script:
    """A ceremony from its opening to its end."""

    ceremony: Ceremony
    title: str
    people: Sequence[Shown]

    @property
    def now(self) -> Told:
        """The scene that is shown."""
        return self.at(self.ceremony.step)

    def at(self, step: int) -> Told:
        """Return the scene at a step."""
        found: Scene = unveiling.scene([one.rank for one in self.people], step)
        stands = [
            Stand(self.people[at], is_revealed, at == found.newest)
            for at, is_revealed in zip(found.shown, found.is_revealed, strict=True)
        ]
        newest = None if found.newest is None else self.people[found.newest]
        return Told(step, found.kind, stands, newest)

    @property
    def scenes(self) -> list[Told]:
        """Every scene in order."""
        return [self.at(step) for step in range(self.ceremony.steps + 1)]

    @property
    def steps(self) -> list[Shown]:
        """Who is revealed at step 1, 2 and so on."""
        return list(reversed(self.people))

    @property
    def digest(self) -> str:
        """The digest of the run, as people compare it."""
        return announcing.grouped(self.ceremony.run.board_digest[:12].upper())

    @property
    def version(self) -> str:
        """What changes exactly when the screen says something else."""
        shown = self.ceremony
        state = (shown.step, shown.is_dark, shown.ended_at, self.title, self.people)
        return hashlib.sha256(repr((*state, i18n.language())).encode()).hexdigest()[:32]


def script(ceremony: Ceremony) -> Script:
    """Return a ceremony as it is shown; two statements at most."""
    return Script(ceremony, title_of(ceremony), ceremony_queries.shown_in(ceremony))


def title_of(ceremony: Ceremony) -> str:
    """Return what a ceremony announces."""
    name = ceremony.round.title
    if ceremony.award_list is not None:
        return str(_("%(prizes)s of %(round)s", prizes=ceremony.award_list.rule.title, round=name))
    if ceremony.block is not None:
        return str(_("Results of %(round)s – %(block)s", round=name, block=ceremony.block.title))
    return str(_("Results of %(name)s", name=name))

"""What if: who would stand in the first places of a round under other rules; nothing is changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

from contest.rules import predicting, ranking, scoring, simulating
from contest.rules.allowing import Counts
from contest.rules.predicting import Prediction, Scope
from contest.rules.ranking import Key, RankingRule
from contest.rules.setting import RoundSettings
from contest.rules.standing import Achieved, Stood, Terms, count, stand

MILLION = 1_000_000
PEOPLE = 300
# Of the invented people so many in a hundred try what the rules let them: again and again.
TRIES_AGAIN = 25
HUNTS = 3
MOST_TRIES = 20


@dataclass(frozen=True, slots=True)
class Person:
    """Who is ranked: a name to show, what was achieved, the block and the lot."""

    name: str
    attempts: Sequence[Achieved]
    block: int | None = None
    lot: int = 0


@dataclass(frozen=True, slots=True)
class Rules:
    """One way to rank a round."""

    ranking: RankingRule
    counts: Counts
    prediction: Prediction | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """Everybody's place and standing under some rules, by number of the person."""

    rules: Rules
    places: Mapping[int, int]
    stood: Mapping[int, Stood]
    # What came true of the prediction, in millionths.
    actual: int | None

    def first(self, most: int) -> list[int]:
        """Return who stands in the first places, in order; who ties at the last is in it."""
        inside = [who for who, place in self.places.items() if place <= most]
        return sorted(inside, key=lambda who: (self.places[who], who))

    def ties(self, most: int) -> int:
        """Return how many of the first places are shared by somebody."""
        places = [place for place in self.places.values() if place <= most]
        return len(places) - len(set(places))


@dataclass(frozen=True, slots=True)
class Move:
    """Somebody in the first places under one or the other rules; `gains` enters, `loses` leaves."""

    who: int
    before: int
    after: int
    gains: bool
    loses: bool


def outcome(rules: Rules, people: Sequence[Person], block: int | None = None) -> Outcome:
    """Return the places under these rules, of the people of one block or of all together."""
    inside = {who: one for who, one in enumerate(people) if block in (None, one.block)}
    terms = Terms(rules.ranking, rules.counts, rules.prediction, _actuals(rules, people))
    stood = {
        who: found
        for who, one in inside.items()
        if (found := stand(terms, one.attempts, lot=one.lot, block=one.block)) is not None
    }
    placed = ranking.places((one.sort_key, who) for who, one in stood.items())
    return Outcome(rules, {who: place for place, who in placed}, stood, terms.actual(block))


def _actuals(rules: Rules, people: Sequence[Person]) -> dict[int | None, int]:
    """Return what came true: over the contest nothing more is known here than of the round."""
    config = rules.prediction
    if config is None:
        return {}
    apart = config.scope is Scope.BLOCK
    groups = {one.block for one in people} if apart else {None}
    found = {
        group: predicting.actual(
            config, count(one.attempts for one in people if not apart or one.block == group)
        )
        for group in groups
    }
    return {
        group: scoring.to_millionths(value) for group, value in found.items() if value is not None
    }


def moves(before: Outcome, after: Outcome, most: int) -> list[Move]:
    """Return everybody in the first `most` places under either rules, in order of the other."""
    firsts = set(before.first(most)), set(after.first(most))
    found = [
        Move(
            who,
            before.places[who],
            after.places[who],
            gains=who in firsts[1] - firsts[0],
            loses=who in firsts[0] - firsts[1],
        )
        for who in firsts[0] | firsts[1]
    ]
    return sorted(found, key=lambda one: (one.after, one.before, one.who))


# --- Invented people -----------------------------------------------------------------------------


def invented(settings: RoundSettings, seed: str, number: int = PEOPLE) -> list[Person]:
    """Invent people who take the round as it is set, the same ones for the same seed.

    Every attempt predicts, whatever the lock: so it can be seen what each lock makes of it. Some
    try again, and a few submit the same answers with one number after the other.
    """
    rng = Random(seed)  # noqa: S311 -- for invented people, not for secrets
    today = settings.opens_at.date()
    names = simulating.people(number, rng, today=today)
    starts = simulating.moments(number, settings.opens_at, settings.closes_at, rng)
    people = []
    for at, (one, began) in enumerate(zip(names, starts, strict=True)):
        attempts = _attempts(settings, one, began, rng, first=at * MOST_TRIES + 1)
        people.append(Person(one.name, attempts, lot=rng.randrange(1 << 40)))
    return people


def _attempts(
    settings: RoundSettings, one: simulating.Person, began: datetime, rng: Random, *, first: int
) -> list[Achieved]:
    tries, hunts = _tries(settings, rng)
    apart = timedelta(minutes=max(settings.min_interval_minutes, settings.minutes + 5))
    if settings.max_per_day is not None:
        apart = max(apart, timedelta(days=1) / settings.max_per_day)
    made: list[Achieved] = []
    for number in range(tries):
        starts = began + number * apart
        if made and starts + timedelta(minutes=settings.minutes) > settings.closes_at:
            break
        taken = _taken(settings, one, starts, rng, first + number)
        if hunts:
            guess = (PEOPLE // 6 + number * 4) * MILLION
            taken = replace(taken, correct=settings.questions, predicted=guess)
            taken = replace(taken, score=settings.questions * MILLION)
        made.append(taken)
    return made


def _tries(settings: RoundSettings, rng: Random) -> tuple[int, bool]:
    most = min(settings.max_per_round or MOST_TRIES, MOST_TRIES)
    chance = rng.randrange(100)
    if most == 1 or chance >= TRIES_AGAIN:
        return 1, False
    if chance < HUNTS:
        return most, True
    return rng.randint(2, max(2, min(most, 4))), False


def _taken(
    settings: RoundSettings, one: simulating.Person, starts: datetime, rng: Random, number: int
) -> Achieved:
    right = [simulating.knows(one, "TH", 0.0, 1, rng) for _ in range(settings.questions)]
    seconds = sum(simulating.seconds_for(one, rng) for _ in right)
    took = int(min(seconds, settings.minutes * 60) * 1000)
    guess = simulating.prediction(rng, around=max(1, PEOPLE // 5))
    return Achieved(
        number,
        sum(right) * MILLION,
        sum(right),
        settings.questions,
        guess * MILLION,
        took,
        starts,
        starts + timedelta(milliseconds=took),
    )


def uses_prediction(rules: Rules) -> bool:
    """Say whether a prediction decides anything under these rules."""
    return rules.prediction is not None and rules.ranking.uses(Key.PREDICTION_DIFF)

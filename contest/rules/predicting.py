"""The prediction question: what is asked, what was typed, what came true, how far off it was."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from core.saying import Sentence, Unreadable
from core.text import N_


class Target(StrEnum):
    """The number that is to be predicted."""

    FULLY_CORRECT_PEOPLE = "fully_correct_people"
    FULLY_CORRECT_ATTEMPTS = "fully_correct_attempts"
    PARTICIPANTS = "participants"
    ATTEMPTS = "attempts"
    PCT_FULLY_CORRECT = "pct_fully_correct"


class Scope(StrEnum):
    """Among whom the number is counted."""

    ROUND = "round"
    BLOCK = "block"
    CONTEST = "contest"


class Asked(StrEnum):
    """When the prediction is asked."""

    WITH_QUIZ = "with_quiz"
    AFTER_SUBMIT = "after_submit"


class Lock(StrEnum):
    """How often a person may predict.

    With `PER_ATTEMPT`, many attempts are many predictions, so that the number can be hunted.
    `FIRST_ATTEMPT` keeps what the first attempt said, also nothing. `PER_ROUND` keeps the first
    number given in any attempt.
    """

    PER_ATTEMPT = "per_attempt"
    FIRST_ATTEMPT = "first_attempt"
    PER_ROUND = "per_round"


@dataclass(frozen=True, slots=True)
class Prediction:
    """How a round asks for a prediction. With `not_over`, too high a number does not count."""

    target: Target = Target.FULLY_CORRECT_PEOPLE
    scope: Scope = Scope.ROUND
    decimals: int = 0
    asked: Asked = Asked.WITH_QUIZ
    lock: Lock = Lock.PER_ROUND
    not_over: bool = False

    @property
    def is_percentage(self) -> bool:
        """Whether the number is a share of one hundred."""
        return self.target is Target.PCT_FULLY_CORRECT

    def problems(self) -> list[Sentence]:
        """Return what is wrong with the configuration."""
        if self.is_percentage and not 0 <= self.decimals <= 6:
            return [Sentence(N_("A percentage is predicted with 0 to 6 decimals."))]
        if not self.is_percentage and self.decimals:
            return [Sentence(N_("A number of people or attempts is predicted without decimals."))]
        return []

    def written(self) -> dict[str, object]:
        """Return the configuration as plain values, as it is stored."""
        return {
            "target": self.target.value,
            "scope": self.scope.value,
            "decimals": self.decimals,
            "asked": self.asked.value,
            "lock": self.lock.value,
            "not_over": self.not_over,
        }


def read(written: Mapping[str, object]) -> Prediction:
    """Return the configuration that `written` gave; what is not said is as usual.

    Raise `ValueError` for a target, scope, moment or lock that does not exist.
    """
    values = Prediction().written() | dict(written)
    return Prediction(
        Target(str(values["target"])),
        Scope(str(values["scope"])),
        int(str(values["decimals"])),
        Asked(str(values["asked"])),
        Lock(str(values["lock"])),
        bool(values["not_over"]),
    )


@dataclass(frozen=True, slots=True)
class Counted:
    """What was counted within the scope of the prediction."""

    participants: int
    attempts: int
    fully_correct_people: int
    fully_correct_attempts: int


def read_values(written: Mapping[str, int]) -> dict[int | None, int]:
    """Return true values by the id of a block as they are kept; None for everybody, or no block."""
    return {int(block) if block else None: value for block, value in written.items()}


def written_values(values: Mapping[int | None, int]) -> dict[str, int]:
    """Return true values as they are kept."""
    return {"" if block is None else str(block): value for block, value in values.items()}


_TARGETS = {
    Target.FULLY_CORRECT_PEOPLE: N_("the number of people who answer everything correctly"),
    Target.FULLY_CORRECT_ATTEMPTS: N_("the number of attempts with everything correct"),
    Target.PARTICIPANTS: N_("the number of people who take part"),
    Target.ATTEMPTS: N_("the number of attempts"),
    Target.PCT_FULLY_CORRECT: N_("the percentage of people who answer everything correctly"),
}
_SCOPES = {
    Scope.ROUND: N_("in this round"),
    Scope.BLOCK: N_("in one’s own block"),
    Scope.CONTEST: N_("in the whole contest"),
}
_MOST_DIGITS = 9
_GROUPED = re.compile(r"[0-9]{1,3}(?:[., ][0-9]{3})+")
_WHOLE = re.compile(r"[0-9]+")
_DECIMAL = re.compile(r"[0-9]+(?:[.,](?P<places>[0-9]+))?")


def target_said(prediction: Prediction) -> Sentence:
    """Name the number that is predicted."""
    values = {
        "target": Sentence(_TARGETS[prediction.target]),
        "scope": Sentence(_SCOPES[prediction.scope]),
    }
    return Sentence(N_("%(target)s %(scope)s"), values)


def parse(text: str, prediction: Prediction) -> Decimal:
    """Read a number as a person typed it.

    People and attempts: “1350”, “1.350”, “1 350”. Percentages: “87,65432”, “87.65432”, “87,5%”.
    Raise `Unreadable` with what is wrong.
    """
    plain = " ".join(text.split())
    if not plain:
        raise Unreadable(Sentence(N_("Write a number.")))
    return _percentage(plain, prediction.decimals) if prediction.is_percentage else _count(plain)


def _count(plain: str) -> Decimal:
    if not _GROUPED.fullmatch(plain) and not _WHOLE.fullmatch(plain):
        raise Unreadable(Sentence(N_("Write a whole number with digits only, for example 1.350.")))
    digits = re.sub("[., ]", "", plain)
    if len(digits.lstrip("0")) > _MOST_DIGITS:
        message = N_("This number is too large. It may have at most %(count)s digits.")
        raise Unreadable(Sentence(message, {"count": _MOST_DIGITS}))
    return Decimal(int(digits))


def _percentage(plain: str, decimals: int) -> Decimal:
    found = _DECIMAL.fullmatch(plain.removesuffix("%").rstrip())
    if found is None:
        raise Unreadable(Sentence(N_("Write a percentage with digits, for example 87,5.")))
    if len(found["places"] or "") > decimals:
        message = N_("Write at most %(count)s digits after the comma.")
        raise Unreadable(Sentence(message, {"count": decimals}))
    share = Decimal(found[0].replace(",", "."))
    if share > 100:
        raise Unreadable(Sentence(N_("A percentage is at most 100.")))
    return share


def canonical(value: Decimal) -> str:
    """Write a prediction as it is stored: digits, and a decimal point where there is one."""
    return f"{value:f}"


def actual(prediction: Prediction, counted: Counted) -> Decimal | None:
    """Return the number that came true; None where a percentage is of nobody."""
    whole = {
        Target.FULLY_CORRECT_PEOPLE: counted.fully_correct_people,
        Target.FULLY_CORRECT_ATTEMPTS: counted.fully_correct_attempts,
        Target.PARTICIPANTS: counted.participants,
        Target.ATTEMPTS: counted.attempts,
    }
    if not prediction.is_percentage:
        return Decimal(whole[prediction.target])
    if not counted.participants:
        return None
    share = Decimal(100 * counted.fully_correct_people) / counted.participants
    return share.quantize(Decimal(1).scaleb(-prediction.decimals), rounding=ROUND_HALF_UP)


def difference(
    predicted: Decimal | None, came_true: Decimal | None, *, not_over: bool = False
) -> Decimal | None:
    """Return how far off a prediction was; None if it does not count or is not known yet."""
    if predicted is None or came_true is None or (not_over and predicted > came_true):
        return None
    return abs(predicted - came_true)


def counting(lock: Lock, own: int, predicted: Sequence[Decimal | None]) -> Decimal | None:
    """Return the prediction that counts for the attempt `own` of a person's, in order of start."""
    if lock is Lock.PER_ATTEMPT:
        return predicted[own]
    if lock is Lock.FIRST_ATTEMPT:
        return predicted[0]
    return next((value for value in predicted if value is not None), None)


def is_locked(lock: Lock, earlier: Sequence[Decimal | None]) -> bool:
    """Say whether a person with these earlier attempts may no more predict in a new one."""
    if lock is Lock.PER_ATTEMPT:
        return False
    if lock is Lock.FIRST_ATTEMPT:
        return bool(earlier)
    return any(value is not None for value in earlier)

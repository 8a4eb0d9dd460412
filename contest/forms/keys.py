"""What organisers may send as another key of a question: the answers that it accepts from then on.

What is asked in several parts is sent part by part; where a part has two right answers, every
way to put the parts together is an accepted answer.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice, product

from werkzeug.datastructures import MultiDict

from questions.forms.types import figures
from questions.rules import rekeying
from questions.types import options, statements
from questions.types.answers import keyed

Sent = MultiDict[str, str]


def accepted(sent: Sent) -> tuple[str, ...]:
    """Return the accepted answers that a form sent, as answers are stored."""
    way = next((_WAYS[name] for name in _WAYS if any(_fields(sent, name))), _plain)
    return tuple(dict.fromkeys(one for one in way(sent) if one))


def _fields(sent: Sent, prefix: str) -> Iterator[tuple[str, str]]:
    """Return the fields of a prefix: the part each is about, and its name."""
    return ((name.removeprefix(prefix), name) for name in sent if name.startswith(prefix))


def _verdicts(sent: Sent) -> Sequence[str]:
    listed, chosen = sent.get("verdicts", ""), sent.getlist("accepted")
    return (keyed({one: statements.YES if one in chosen else statements.NO for one in listed}),)


def _weights(sent: Sent) -> Sequence[str]:
    return (keyed({part: figures.share(sent[n] or "0") for part, n in _fields(sent, "weight-")}),)


def _pairs(sent: Sent) -> Sequence[str]:
    return _together({part: sent.getlist(name) for part, name in _fields(sent, "row-")})


def _orders(sent: Sent) -> Sequence[str]:
    return [
        keyed({part: sent[name].strip() for part, name in _fields(sent, prefix)})
        for prefix in ("place-", "other-")
    ]


def _gaps(sent: Sent) -> Sequence[str]:
    lines = {part: [_lines(sent[name])] for part, name in _fields(sent, "gap-")}
    chosen = {part: sent.getlist(name) for part, name in _fields(sent, "choice-")}
    return _together(lines | chosen)


def _lines(typed: str) -> str:
    return "\n".join(line for one in typed.splitlines() if (line := one.strip()))


def _together(parts: Mapping[str, Sequence[str]]) -> list[str]:
    """Return every way to put the parts together; one more than may be at most."""
    given = {part: list(dict.fromkeys(filter(None, said))) or [""] for part, said in parts.items()}
    ways = islice(product(*given.values()), rekeying.MOST + 1)
    return [keyed(dict(zip(given, one, strict=True))) for one in ways]


def _plain(sent: Sent) -> Sequence[str]:
    chosen = sent.getlist("accepted")
    if sent.get("together"):
        chosen = [options.answer(chosen)]
    return [*chosen, *(line.strip() for line in sent.get("typed", "").splitlines())]


# By the names of the fields that only this kind of question sends.
_WAYS: Mapping[str, Callable[[Sent], Sequence[str]]] = {
    "verdicts": _verdicts,
    "weight-": _weights,
    "row-": _pairs,
    "place-": _orders,
    "gap-": _gaps,
    "choice-": _gaps,
}

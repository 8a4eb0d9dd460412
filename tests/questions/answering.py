"""Answers of invented people, drawn by a known model, as the analysis takes them."""

import numpy as np  # noqa: TID253 -- what is tested works on arrays

from questions.rules.tabulating import Answers, Form

LETTERS = tuple("abcd")


def invented(people, slots, pool, *, seed=6):
    """Return answers of people who are each asked `slots` of `pool` items, and the items' forms.

    The key is always a; abilities and difficulties are normal.
    """
    rng = np.random.default_rng(seed)
    able, hard = rng.normal(size=people), rng.normal(size=pool)
    answers = Answers()
    for start in range(0, people, 2000):
        rows = np.arange(start, min(start + 2000, people))
        items = np.argsort(rng.random((len(rows), pool)), axis=1)[:, :slots]
        odds = 1 / (1 + np.exp(-(able[rows, None] - hard[items])))
        right = rng.random(items.shape) < odds
        chosen = np.where(right, 1, 1 << rng.integers(1, 4, items.shape))
        answers.attempts.frombytes(np.repeat(rows, slots).astype("q").tobytes())
        answers.versions.frombytes(items.ravel().astype("q").tobytes())
        answers.points.frombytes(np.ones(items.size).tobytes())
        answers.earned.frombytes(right.ravel().astype("d").tobytes())
        answers.chosen.frombytes(chosen.ravel().astype("H").tobytes())
    forms = {item: Form(LETTERS, frozenset("a")) for item in range(pool)}
    return answers, forms


def from_rows(rows, points=None):
    """Return answers from rows of marks; None: the person was not asked."""
    answers = Answers()
    for person, row in enumerate(rows):
        for item, earned in enumerate(row):
            if earned is not None:
                answers.add(person, item, 1.0 if points is None else points[item], float(earned))
    return answers

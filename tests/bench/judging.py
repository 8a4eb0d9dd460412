"""How long the figures of a large judged contest take: `python -m tests.bench.judging`.

400 entries, 20 judges, 10 criteria, once complete and once half of it; all rules, stability and
reliability. Prints seconds of the processor; ends with 1 when either takes over ten.
"""

import sys
import time
from decimal import Decimal
from random import Random

from contest.rules.judging import agreeing, combining, observing, stability
from contest.rules.judging.rubric import Criterion, Rubric
from contest.rules.judging.terms import Rule, Terms

ENTRIES, JUDGES, CRITERIA = 400, 20, 10
MOST_SECONDS = 10


def invented(share, chance):
    """Return a rubric, and sheets as judges of differing severity might fill them."""
    criteria = tuple(Criterion(f"c{at}", f"Tiêu chí {at}") for at in range(CRITERIA))
    quality = [chance.gauss(7, 1) for _ in range(ENTRIES)]
    severity = [chance.gauss(0, 0.7) for _ in range(JUDGES)]
    sheets = {}
    for entry, good in enumerate(quality):
        for judge, mild in enumerate(severity):
            if chance.random() < share:
                marks = [round(4 * chance.gauss(good + mild, 1)) for _ in criteria]
                sheets[f"e{entry:03}", f"j{judge:02}"] = {
                    one.id: Decimal(min(40, max(0, mark))) / 4
                    for one, mark in zip(criteria, marks, strict=True)
                }
    return Rubric(criteria), sheets


def figures(rubric_, sheets, rule):
    """Work out everything that the chair is shown, and yield what took how long."""
    terms = Terms(rule)
    scored = combining.table_of_sheets(sheets, rubric_, terms)
    yield "scores", scored
    yield "all rules", stability.every_rule(scored, terms)
    yield "without each judge", stability.without_each(scored, terms, 10)
    yield "chances", stability.chances(scored, terms, 10, Random(1))
    yield "intraclass", agreeing.intraclass(scored)
    yield "concordance", agreeing.concordance(scored)
    yield "alpha", [agreeing.alpha_of(scored, metric) for metric in agreeing.Metric]
    yield "judges", observing.reports(scored, {j: list(scored.entries) for j in scored.judges})


def main():
    slowest = 0.0
    for share, rule in ((1.0, Rule.TRIMMED), (0.5, Rule.LEAST_SQUARES)):
        rubric_, sheets = invented(share, Random(6))
        begun = last = time.process_time()
        told = []
        for what, _ in figures(rubric_, sheets, rule):
            told.append(f"{what} {time.process_time() - last:.2f}")
            last = time.process_time()
        slowest = max(slowest, last - begun)
        sys.stdout.write(f"{len(sheets):,} sheets: {last - begun:.1f} s ({', '.join(told)})\n")
    return int(slowest > MOST_SECONDS)


if __name__ == "__main__":
    sys.exit(main())

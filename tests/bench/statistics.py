"""How long the statistics of a large round take: `python -m tests.bench.statistics`.

100,000 attempts of 60 questions, once the same questions for everybody and once drawn from 500.
Prints seconds and the most memory used; ends with 1 when either takes over ten seconds.
"""

import resource
import sys
import time

from questions.rules import analysing
from tests.questions.answering import invented

PEOPLE, SLOTS = 100_000, 60
MOST_SECONDS = 10


def main():
    slowest = 0.0
    for pool in (SLOTS, 500):
        answers, forms = invented(PEOPLE, SLOTS, pool)
        begun = time.monotonic()
        analysing.measure(answers, forms)
        took = time.monotonic() - begun
        megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        told = f"{PEOPLE:,} of {SLOTS} out of {pool}: {took:.1f} s, {megabytes:,.0f} MB"
        sys.stdout.write(f"{told}\n")
        slowest = max(slowest, took)
    return int(slowest > MOST_SECONDS)


if __name__ == "__main__":
    sys.exit(main())

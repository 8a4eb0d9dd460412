"""Check a judged result without Chung Tay: `python check_judged.py protocol.json marks.csv SEAL`.

Reads the sealed protocol and the exported marks (columns entry, judge, criterion, mark; category
too where places are within each), checks the seal printed on the result sheet, and prints every
entry with its result, best first. It knows the rules mean, trimmed, median and least_squares, needs
nothing but Python, and shares no line with the program that it checks. Deductions and ties are for
people to compare.
"""

import csv
import hashlib
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path
from statistics import median
from typing import Any

WAYS = {"half_up": ROUND_HALF_UP, "half_even": ROUND_HALF_EVEN, "down": ROUND_DOWN}
Row = dict[str, Fraction]


def cut(exact: Fraction, places: int = 9, way: str = "half_up") -> Fraction:
    """Round; one digit more says whether anything lies beyond, so that no half is made up."""
    digits, rest = divmod(abs(exact.numerator) * 10**12, exact.denominator)
    wide = Decimal(digits * 10 + bool(rest)).scaleb(-13).copy_sign(Decimal(exact.numerator))
    return Fraction(wide.quantize(Decimal(1).scaleb(-places), WAYS[way]))


def is_marked(one: Mapping[str, Any], marks: Row) -> bool:
    """Say whether something under a criterion counts and has a mark."""
    if not one["parts"]:
        return one["id"] in marks
    return any(Fraction(part["weight"]) > 0 and is_marked(part, marks) for part in one["parts"])


def parts(criteria: Iterable[Mapping[str, Any]], whole: Fraction, marks: Row) -> Iterator[Fraction]:
    """Give what each marked criterion adds to `whole`, its weight shared out among equals."""
    counted = [one for one in criteria if Fraction(one["weight"]) > 0 and is_marked(one, marks)]
    total = sum(Fraction(one["weight"]) for one in counted)
    for one in counted:
        share = whole * Fraction(one["weight"]) / total
        least, most = Fraction(one["least"]), Fraction(one["most"])
        if one["parts"]:
            yield from parts(one["parts"], share, marks)
        else:
            yield share * (marks[one["id"]] - least) / (most - least)


def least_squares(table: Mapping[str, Row]) -> Row:
    """Alternate between entries and judges until nothing moves: slow, and plain to see."""
    mild = dict.fromkeys((judge for row in table.values() for judge in row), 0.0)
    moved = 1.0
    while moved > 1e-13:
        good = {e: sum(float(s) - mild[j] for j, s in r.items()) / len(r) for e, r in table.items()}
        off = {j: [float(r[j]) - good[e] for e, r in table.items() if j in r] for j in mild}
        means = {judge: sum(own) / len(own) for judge, own in off.items()}
        level = sum(means.values()) / len(means)
        moved = max(abs(means[judge] - level - mild[judge]) for judge in mild)
        mild = {judge: one - level for judge, one in means.items()}
    severity = {judge: Fraction(one) for judge, one in mild.items()}
    rows = table.items()
    return {e: sum((s - severity[j] for j, s in r.items()), Fraction()) / len(r) for e, r in rows}


def combine(table: Mapping[str, Row], terms: Mapping[str, Any]) -> Row:
    """Combine the judges of each entry by the declared rule."""
    if terms["rule"] == "least_squares":
        return least_squares(table)
    found = {}
    for entry, row in table.items():
        order, count, drop = sorted(row.values()), len(row), 0
        if terms["rule"] == "trimmed":
            usual = 0 if count < 5 else 1 if count < 9 else 2
            wanted = usual if terms["drop"] is None else terms["drop"]
            drop = min(wanted, max(0, (count - 3) // 2))
        kept = order[drop : count - drop]
        found[entry] = (
            median(order) if terms["rule"] == "median" else sum(kept, Fraction()) / len(kept)
        )
    return found


def by_category(protocol: Mapping[str, Any], rows: Iterable[Mapping[str, str]]) -> dict[str, Row]:
    """Return the results of each category by itself; of all together where places are of all."""
    parts: dict[str, list[Mapping[str, str]]] = {}
    for row in rows:
        name = row["category"] if protocol.get("ranking") == "category" else ""
        parts.setdefault(name, []).append(row)
    return {name: results(protocol, parts[name]) for name in sorted(parts)}


def results(protocol: Mapping[str, Any], rows: Iterable[Mapping[str, str]]) -> Row:
    """Return the result of each entry from rows of entry, judge, criterion and mark."""
    rubric, terms = protocol["rubric"], protocol["terms"]
    steps = {one["stage"]: (one["places"], one["way"]) for one in terms["roundings"]}
    marks: dict[tuple[str, str], Row] = {}
    for row in rows:
        sheet = marks.setdefault((row["entry"], row["judge"]), {})
        sheet[row["criterion"]] = Fraction(row["mark"])

    def stage(value: Fraction, name: str) -> Fraction:
        return cut(cut(value), *steps[name]) if name in steps else cut(value)

    def added(own: Row, each: Callable[[Fraction], Fraction]) -> Fraction:
        return sum(map(each, parts(rubric["criteria"], Fraction(rubric["whole"]), own)), Fraction())

    if terms["basis"] == "criterion":
        own: dict[str, Row] = {}
        for criterion, table in by_criterion(marks).items():
            for entry, mark in combine(table, terms).items():
                own.setdefault(entry, {})[criterion] = stage(mark, "criterion")
        each = (lambda part: stage(part, "part")) if "part" in steps else Fraction
        return {entry: stage(added(mine, each), "result") for entry, mine in own.items()}
    scores: dict[str, Row] = {}
    for (entry, judge), sheet in marks.items():
        scores.setdefault(entry, {})[judge] = stage(added(sheet, Fraction), "sheet")
    return {entry: stage(value, "result") for entry, value in combine(scores, terms).items()}


def by_criterion(marks: Mapping[tuple[str, str], Row]) -> dict[str, dict[str, Row]]:
    """Turn sheets into one table of entries by judges for each criterion."""
    found: dict[str, dict[str, Row]] = {}
    for (entry, judge), sheet in marks.items():
        for criterion, mark in sheet.items():
            found.setdefault(criterion, {}).setdefault(entry, {})[judge] = mark
    return found


def main(protocol_file: str, marks_file: str, seal: str) -> str | int:
    """Check the seal, print the results, and return what to end with."""
    protocol = json.loads(Path(protocol_file).read_text("utf-8"))
    text = json.dumps(protocol, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    if hashlib.sha256(text.encode()).hexdigest() != seal:
        return "The seal does not fit: this is not the protocol that was sealed."
    with Path(marks_file).open(encoding="utf-8-sig", newline="") as file:
        found = by_category(protocol, csv.DictReader(file))
    for name, own in found.items():
        sys.stdout.write(f"# {name}\n" if name else "")
        for entry in sorted(own, key=lambda entry: (-own[entry], entry)):
            sys.stdout.write(f"{entry}\t{float(own[entry]):.9f}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

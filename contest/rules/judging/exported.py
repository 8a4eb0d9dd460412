"""What leaves a judged round so that anybody can reckon again: the protocol and every mark."""

import csv
import io
import json

from contest.rules.judging.combining import Sheets
from contest.rules.judging.grouping import Groups
from contest.rules.judging.sealing import Protocol

HEADER = ("entry", "judge", "criterion", "mark")
# Beside them, where places are within each category.
CATEGORY = "category"


def protocol_file(protocol: Protocol) -> bytes:
    """Return the protocol as JSON; its canonical form has the digest on the result sheet."""
    return json.dumps(protocol.written(), ensure_ascii=False, indent=2, sort_keys=True).encode()


def marks_file(sheets: Sheets, groups: Groups) -> bytes:
    """Return every mark as CSV, one a line, sorted; entries and judges by the names they have here.

    With `groups` each line names the category of its entry. Give codes for names where judges or
    entrants are not to be known. `docs/check_judged.py` reckons the results again from both files.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow((*HEADER, CATEGORY) if groups else HEADER)
    for (entry, judge), marks in sorted(sheets.items()):
        for criterion, mark in sorted(marks.items()):
            among = (groups[entry],) if groups else ()
            writer.writerow((entry, judge, criterion, format(mark, "f"), *among))
    return text.getvalue().encode()

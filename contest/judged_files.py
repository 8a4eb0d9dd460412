"""What leaves a judged round for who reckons again: rules, marks, results, every signed version."""

import io
import zipfile
from collections.abc import Iterator
from decimal import Decimal

from contest import judged_results
from contest.judged_results import Results
from contest.models import JudgedRound
from contest.rules.judging import exported, rubric
from core import sheets


def bundle(judged: JudgedRound) -> bytes:
    """Return protocol, marks and results, so that anybody can reckon them again, as an archive.

    Entries and judges stand by their codes; `docs/check_judged.py` reads both files. Beside them
    every mark of every version of a sheet, also of those opened again, with its moments.
    """
    results = judged_results.results(judged)
    groups, target = results.resolved.groups, io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as files:
        files.writestr("quy-tac.json", exported.protocol_file(judged.declared))
        files.writestr("diem.csv", exported.marks_file(results.counted, groups))
        files.writestr("ket-qua.csv", b"".join(sheets.write_csv(_header(results), _rows(results))))
        files.writestr("phieu.csv", b"".join(sheets.write_csv(_VERSIONS, _versions(results))))
        files.writestr("niem-phong.txt", f"{judged.digest}\n")
    return target.getvalue()


_VERSIONS = (
    *("Mã số", "Giám khảo", "Lần ký", "Ký lúc", "Tiêu chí", "Điểm tiêu chí", "Điểm cả phiếu"),
    *("Mở lại lúc", "Lý do mở lại", "Có tính"),
)


def _versions(results: Results) -> Iterator[tuple[sheets.Value, ...]]:
    """Yield every mark that a judge signed: by whom, for what, in which version, and when."""
    leaves = results.read.judged.declared.rubric.leaves(rubric.ANY)
    titles = {leaf.id: leaf.title for leaf in leaves}
    for pair, cell in sorted(results.read.cells.items()):
        for one in cell.versions:
            counts = "x" if one.unlocked_at is None and pair in results.counted else ""
            for id_, marked in sorted(one.marks.items()):
                yield (
                    *(*pair, one.number, one.locked_at, titles.get(id_, id_), Decimal(marked)),
                    *(one.points, one.unlocked_at, one.unlocked_for, counts),
                )


_HEADER = ("Xếp hạng", "Mã số", "Điểm chấm", "Điểm trừ", "Kết quả")


def _header(results: Results) -> tuple[str, ...]:
    return ("Bảng", *_HEADER) if results.resolved.groups else _HEADER


def _rows(results: Results) -> list[tuple[sheets.Value, ...]]:
    groups = results.resolved.groups
    return [
        (
            *((groups[one.code],) if groups else ()),
            one.place,
            one.code,
            one.combined,
            one.deducted,
            one.result,
        )
        for one in results.rows
    ]

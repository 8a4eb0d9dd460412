"""Biên bản chấm thi: time, place, members, course, decisions with both values, results, prizes."""

from contest.documents import phrases
from contest.documents.judged_facts import JudgedMatter, PrizeFacts, points
from contest.documents.paper import Block, Column, Items, Paper, Signature, Table, Text
from core import writing

DOTS = "…" * 20


def paper(matter: JudgedMatter) -> Paper:
    """Return the minutes of the judging, signed by the secretary and who led it."""
    office = matter.office
    head = next((name for role, name in matter.panel if role == "Trưởng ban"), office.signer)
    return Paper(
        head=office.head("BB", matter.number, matter.on),
        name="Biên bản",
        subject=f"Về việc chấm thi {matter.subject}",
        blocks=(*_meeting(matter), *_course(matter), *_results(matter), *_closing()),
        signatures=(
            office.secretary_signature(),
            Signature(("TRƯỞNG BAN GIÁM KHẢO",), head),
        ),
        origin=matter.origin,
        tables=(_table(matter),),
    )


def _meeting(matter: JudgedMatter) -> tuple[Block, ...]:
    day = writing.document_date(matter.on) if matter.on else "ngày ….. tháng ….. năm …….."
    people = tuple(f"{role}: {name};" for role, name in matter.panel)
    return (
        Text(f"Thời gian bắt đầu: ….. giờ ….. phút, {day}."),
        Text(f"Địa điểm: {DOTS}, {matter.office.place or DOTS}."),
        Text("I. THÀNH PHẦN", "b"),
        Items(people or (f"Ông (bà) {DOTS}; chức vụ: {DOTS};",)),
    )


def _course(matter: JudgedMatter) -> tuple[Block, ...]:
    entries, judges = len(matter.entries), len(matter.judges)
    sheets = len(matter.marks)
    said: list[Block] = [
        Text("II. DIỄN BIẾN", "b"),
        Text(
            f"Ban Giám khảo gồm {writing.number(judges)} giám khảo chấm {writing.number(entries)}"
            f" bài dự thi, với {writing.number(sheets)} phiếu chấm đã ký.",
            lead="1.",
        ),
        Text(" ".join(matter.rule), lead="2."),
    ]
    for number, (words, items) in enumerate(_cases(matter), start=3):
        said.append(Text(words, lead=f"{number}."))
        said += [Items(items)] if items else []
    return tuple(said)


def _cases(matter: JudgedMatter) -> list[tuple[str, tuple[str, ...]]]:
    """Return what happened beside the judging itself, each with its cases one by one."""
    found: list[tuple[str, tuple[str, ...]]] = [
        ("Những trường hợp điểm chấm lệch quá mức quy định:", tuple(matter.decisions))
        if matter.decisions
        else ("Không có trường hợp điểm chấm lệch phải xử lý.", ())
    ]
    lines = tuple(
        f"{one.code}: {'trừ' if amount < 0 else 'cộng'} {points(abs(amount))} điểm, {reason};"
        for one in matter.entries
        for amount, reason in one.lines
    )
    if lines:
        found.append(("Điểm trừ, điểm cộng:", lines))
    if matter.vote:
        found.append((f"Biểu quyết: {matter.vote}", ()))
    if matter.events:
        words = "Những việc rút lại, làm lại, thay đổi giờ trong quá trình chấm:"
        found.append((words, tuple(matter.events)))
    return found


def _results(matter: JudgedMatter) -> tuple[Block, ...]:
    ties = [f"{one.code}: {step};" for one in matter.entries for step in one.steps]
    found: list[Block] = [Text("III. KẾT QUẢ", "b"), _table(matter)]
    if ties:
        found += [Text("Các bài bằng điểm được phân định như sau:"), Items(tuple(ties))]
    if matter.prizes:
        found += [Text("Các giải thưởng được trao:"), Items(tuple(map(_prize, matter.prizes)))]
    if matter.closed:
        found.append(Text(matter.closed))
    return tuple(found)


def _prize(one: PrizeFacts) -> str:
    who = f"{one.entry.code}, {one.entry.name}" if one.entry is not None else "để trống"
    why = f" (lý do: {one.reason})" if one.reason else ""
    return f"{one.title}: {who}{why};"


def _table(matter: JudgedMatter) -> Table:
    columns = (
        *((Column("Bảng", 1.8),) if matter.has_categories else ()),
        Column("Xếp hạng", 0.9, is_centred=True),
        Column("Mã số", 1, is_centred=True),
        Column("Đơn vị", 2.6),
        Column("Bài dự thi", 3.4),
        Column("Kết quả", 1.1, is_centred=True),
        Column("Bằng chữ", 2.2),
    )
    rows = tuple(
        (
            *((one.category,) if one.category else ()),
            one.place,
            one.code,
            one.name,
            one.title,
            points(one.result),
            _words(points(one.result)),
        )
        for one in matter.entries
    )
    return Table("Kết quả", columns, rows)


def _words(said: str) -> str:
    return "" if said == "–" else phrases.in_words(writing.parse_number(said))


def _closing() -> tuple[Block, ...]:
    return (
        Text("IV. Ý KIẾN CỦA CÁC THÀNH VIÊN", "b"),
        Text("…" * 30),
        Text("…" * 30),
        Text(
            "Biên bản được lập thành ….. bản, đã đọc lại cho những người có tên nêu trên cùng"
            " nghe, thống nhất nội dung và ký tên. Kết thúc lúc ….. giờ ….. phút cùng ngày./."
        ),
    )

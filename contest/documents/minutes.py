"""Biên bản: time, place and members, the course, the results, opinions, signatures."""

from contest.documents import announcement, phrases, winners
from contest.documents.facts import Matter
from contest.documents.paper import Block, Items, Paper, Signature, Text
from core import writing

DOTS = "…" * 20


def paper(matter: Matter) -> Paper:
    """Return the minutes on how the results of a round were found."""
    office = matter.office
    signatures = (
        office.secretary_signature(),
        Signature(("CHỦ TRÌ", *((office.post.upper(),) if office.post else ())), office.signer),
    )
    return Paper(
        head=office.head("BB", matter.number, matter.on),
        name="Biên bản",
        subject=f"Về việc xác định kết quả {phrases.subject(matter)}",
        blocks=(*_meeting(matter), *_course(matter), *_results(matter), *_closing(matter)),
        signatures=signatures,
        origin=phrases.origin(matter.of_round),
    )


def _meeting(matter: Matter) -> tuple[Block, ...]:
    members = [line for line in matter.office.members.splitlines() if line.strip()]
    office = matter.office
    listed: Block = Items(tuple(f"{office.addressed(line.rstrip(';.'))};" for line in members))
    if not members:
        listed = Items((f"{office.address} {DOTS}; chức vụ: {DOTS};",) * 3)
    where = matter.office.place or DOTS
    return (
        Text(f"Thời gian bắt đầu: ….. giờ ….. phút, {_day(matter)}."),
        Text(f"Địa điểm: {DOTS}, {where}."),
        Text("I. THÀNH PHẦN", "b"),
        listed,
        Text(f"Chủ trì: {office.addressed(office.signer) or DOTS}."),
        Text(f"Thư ký: {office.addressed(office.secretary) or DOTS}."),
    )


def _day(matter: Matter) -> str:
    return writing.document_date(matter.on) if matter.on else "ngày ….. tháng ….. năm …….."


def _course(matter: Matter) -> tuple[Block, ...]:
    round_ = matter.of_round
    said: list[Block] = [
        Text("II. DIỄN BIẾN", "b"),
        Text(f"{round_.title} mở {phrases.window(round_)}.", lead="1."),
        Text(announcement.turnout(matter), lead="2."),
    ]
    if round_.run:
        run = round_.run
        rule = " ".join(run.rule)
        said.append(
            Text(
                f"Kết quả được hệ thống tính lần thứ {run.number} từ toàn bộ bài làm đã nộp,"
                f" theo quy định của Thể lệ. {rule}",
                lead="3.",
            )
        )
        if actual := phrases.came_true(run, words=True):
            said.append(
                Text(f"Kết quả đúng của câu dự đoán ({round_.target}) {actual}.", lead="4.")
            )
        if passed := phrases.passed(round_):
            said.append(Text(f"Có {passed}.", lead=f"{len(said)}."))
    return tuple(said)


def _results(matter: Matter) -> tuple[Block, ...]:
    heading = Text("III. KẾT QUẢ", "b")
    if not matter.of_round.winners:
        ranked = phrases.number(matter.of_round.ranked)
        said = f"Có {ranked} người được xếp hạng, theo danh sách kết quả kèm theo."
        return (heading, Text(said))
    return (heading, *winners.blocks(matter))


def _closing(matter: Matter) -> tuple[Block, ...]:
    return (
        Text("IV. Ý KIẾN CỦA CÁC THÀNH VIÊN", "b"),
        Text("…" * 30),
        Text("…" * 30),
        Text(
            "Biên bản được lập thành ….. bản, đã đọc lại cho những người có tên nêu trên cùng"
            " nghe, thống nhất nội dung và ký tên. Kết thúc lúc ….. giờ ….. phút cùng ngày./."
        ),
    )

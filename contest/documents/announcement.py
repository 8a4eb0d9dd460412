"""Thông báo kết quả: the figures of a round and who won, for everybody to read."""

from contest.documents import phrases, winners
from contest.documents.facts import Matter
from contest.documents.paper import Block, Paper, Text
from contest.rules.participating import BandName


def paper(matter: Matter) -> Paper:
    """Return the announcement."""
    round_, office = matter.of_round, matter.office
    basis = f"Căn cứ Thể lệ {phrases.contest_named(matter.contest.title)}"
    if office.issued_by:
        basis += f" ban hành kèm theo {office.issued_by}"
    lead = Text(
        f"{basis}; {body_named(matter)} thông báo kết quả {round_.title}"
        f" ({phrases.window(round_)}) như sau:"
    )
    found: list[Block] = [lead, Text(turnout(matter), lead="1.")]
    if round_.run and (actual := phrases.came_true(round_.run)):
        said = f"Kết quả đúng của câu dự đoán ({round_.target}) {actual}."
        found.append(Text(said, lead="2."))
    found.append(Text("Danh sách đạt giải:", lead=f"{len(found)}."))
    return Paper(
        head=office.head("TB", matter.number, matter.on),
        name="Thông báo",
        subject=f"Kết quả {phrases.subject(matter)}",
        blocks=(*found, *winners.blocks(matter)),
        signatures=(office.signature(),),
        recipients=office.recipients_of("Các đơn vị dự thi"),
        origin=phrases.origin(round_),
    )


def body_named(matter: Matter) -> str:
    """Return the body that speaks, as a sentence names it."""
    return matter.office.capacity_named


def turnout(matter: Matter) -> str:
    """Say how many took part, how many knew everything, and of how many units."""
    round_ = matter.of_round
    said = [
        f"Có {phrases.number(round_.people)} người dự thi với"
        f" {phrases.number(round_.attempts)} lượt thi"
    ]
    if round_.bands:
        best = next(one for one in round_.bands.bands if one.name is BandName.ALL)
        share = "" if best.share is None else f", đạt {phrases.percent(best.share)}"
        said.append(f"{phrases.number(best.count)} người trả lời đúng tất cả các câu hỏi{share}")
    if passed := phrases.passed(round_):
        said.append(passed)
    groups = [
        f"{len(phrases.with_people(units))}/{len(units)} {name}"
        for name, units in phrases.by_group(round_.units).items()
    ]
    if groups:
        said.append(f"{phrases.joined(groups)} có người dự thi")
    return f"{'; '.join(said)}."

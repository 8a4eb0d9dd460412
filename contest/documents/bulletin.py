"""Bản tin tuần: exactly the figures that the press prints, in the words it prints them in."""

from dataclasses import replace

from contest.documents import phrases, report, winners
from contest.documents.facts import Matter, RoundFacts, UnitFigures
from contest.documents.paper import Block, Items, Paper, Text

LOW = 30


def paper(matter: Matter) -> Paper:
    """Return the bulletin of a round."""
    round_ = matter.of_round
    return Paper(
        head=matter.office.head("", "", matter.on),
        name="Thông cáo báo chí",
        subject=f"Kết quả {phrases.subject(matter)}",
        blocks=(
            _people(matter),
            *_blocks(round_),
            *_units(round_),
            *_bands(round_),
            *_passed(round_),
            *_winners(matter),
        ),
        signatures=(matter.office.signature(),),
        origin=phrases.origin(round_),
    )


def _people(matter: Matter) -> Text:
    round_ = matter.of_round
    return Text(
        f"{round_.title} {phrases.contest_named(matter.contest.title)} diễn ra"
        f" {phrases.window(round_)} đã thu hút {phrases.number(round_.people)} người dự thi với"
        f" {phrases.number(round_.attempts)} lượt thi."
    )


def _blocks(round_: RoundFacts) -> list[Block]:
    """Say how people divide between the blocks; nothing where there is only one."""
    if len(round_.blocks) < 2:
        return []
    said = [
        f"{one.title}: {phrases.number(one.people)} người với"
        f" {phrases.number(one.attempts)} lượt thi;"
        for one in round_.blocks
    ]
    said[-1] = said[-1].rstrip(";") + "."
    return [Text("Theo khối dự thi:"), Items(tuple(said))]


def _units(round_: RoundFacts) -> list[Block]:
    """Name the units that took part, those at 100 %, and those below 30 % with their rates."""
    if not round_.units:
        return []
    shares = [
        f"{len(phrases.with_people(units))}/{len(units)} {name}"
        for name, units in phrases.by_group(round_.units).items()
    ]
    found: list[Block] = [Text(f"Có {phrases.joined(shares)} có người dự thi.")]
    full = phrases.whole(round_.units)
    if full:
        names = "; ".join(unit.name for unit in full)
        found.append(
            Text(f"Có {len(full)} đơn vị đạt tỷ lệ 100% cán bộ, công chức tham gia: {names}.")
        )
    else:
        found.append(Text("Chưa có đơn vị nào đạt tỷ lệ 100% cán bộ, công chức tham gia."))
    low = phrases.below(round_.units, LOW)
    if low:
        found.append(Text(f"Có {len(low)} đơn vị có tỷ lệ tham gia dưới {LOW}%: {_rates(low)}."))
    return found


def _rates(units: list[UnitFigures]) -> str:
    return "; ".join(f"{unit.name} ({phrases.percent(unit.rate)})" for unit in units)


def _bands(round_: RoundFacts) -> list[Block]:
    if round_.bands is None or not round_.bands.total:
        return []
    table = replace(report.bands_table(round_), name="Phổ kết quả")
    return [Text("Phổ kết quả của người dự thi:"), table]


def _passed(round_: RoundFacts) -> list[Block]:
    said = phrases.passed(round_)
    return [Text(f"Có {said}.")] if said else []


def _winners(matter: Matter) -> list[Block]:
    """Name the winners with position and unit, as newspapers do."""
    if not matter.of_round.winners:
        return [Text("Kết quả các giải thưởng sẽ được Ban Tổ chức công bố sau./.")]
    found: list[Block] = [Text("Các giải thưởng được trao cho:")]
    found.extend(one for one in winners.blocks(matter) if not _closes(one))
    return [*found, Text("Ban Tổ chức trân trọng thông tin./.")]


def _closes(block: Block) -> bool:
    return isinstance(block, Text) and block.text.startswith("Danh sách này")

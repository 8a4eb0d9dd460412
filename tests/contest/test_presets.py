"""Real contests as settings: each ranks a table of attempts as one reckons it by hand.

Of an attempt the tables say: when it began (day and hour of the round), how many seconds it took,
how many answers were right, and what was predicted.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from contest import presets
from contest.rules import describing, predicting, ranking, scoring
from contest.rules.describing import Level, RoundPlan
from contest.rules.grouping import Members
from contest.rules.predicting import Lock, Scope
from contest.rules.setting import RoundSettings
from contest.rules.standing import Achieved, Terms, count, stand
from contest.rules.totalling import OverallRule, OverallTerms, Result, total
from core.vietnam import VIETNAM

OPENS = datetime(2026, 11, 22, 17, tzinfo=UTC)
MILLION = 1_000_000


def achieved(preset, rows, points=1):
    made = []
    for number, (day, hour, seconds, correct, predicted) in enumerate(rows, start=1):
        began = OPENS + timedelta(days=day - 1, hours=hour)
        made.append(
            Achieved(
                number, int(correct * points * MILLION), correct, preset.questions,
                None if predicted is None else predicted * MILLION, int(seconds * 1000), began,
                began + timedelta(seconds=seconds),
            )
        )  # fmt: skip
    return made


def stood(preset, table, *, blocks=None, points=1):
    """Return everybody's standing by the preset, the prediction's value counted from the table."""
    blocks = blocks or {}
    people = {name: achieved(preset, rows, points) for name, rows in table.items()}
    config = preset.prediction
    by_block = config is not None and config.scope is Scope.BLOCK
    groups = set(blocks.values()) if by_block else {None}
    actuals = {
        group: scoring.to_millionths(
            predicting.actual(
                config, count(mine for name, mine in people.items() if blocks.get(name) == group)
            )
        )
        for group in (groups if config else ())
    }
    terms = Terms(preset.ranking, preset.policy.counts, config, actuals)
    return {
        name: stand(terms, mine, lot=ranking.lot(b"\x5e" * 16, name), block=blocks.get(name))
        for name, mine in people.items()
    }


def placed(preset, table, *, blocks=None, **more):
    """Return (place, name) in order; people of blocks apart, one list for each."""
    found = stood(preset, table, blocks=blocks, **more)
    groups = sorted(set((blocks or {}).values())) or [None]
    told = [
        ranking.places(
            (one.sort_key, name) for name, one in found.items()
            if (blocks or {}).get(name) == group
        )
        for group in groups
    ]  # fmt: skip
    return told if blocks else told[0]


def test_dak_lak_cds_2025_by_the_best_of_the_days():
    # Five people took part, so five is what came true.
    table = {
        # The second day is the better one: 9 right.
        "Hạnh": [(1, 8, 200, 7, 5), (2, 8, 300, 9, None)],
        # Also 9 right, predicted 5: off by 0 as well; 250 s are less than 300 s.
        "Thiên": [(1, 9, 250, 9, 5)],
        # 9 right, but off by 1.
        "Bảo": [(1, 7, 100, 9, 6)],
        # 10 right stands first, however far off.
        "Yến": [(2, 20, 599, 10, 900)],
        # 9 right and nothing predicted: behind every one of 9 who predicted.
        "Dung": [(1, 6, 60, 9, None)],
    }

    assert placed(presets.find("dak-lak-cds-2025"), table) == [
        (1, "Yến"), (2, "Thiên"), (3, "Hạnh"), (4, "Bảo"), (5, "Dung"),
    ]  # fmt: skip


def test_hue_cchc_2025_ranks_two_blocks_apart():
    staff = ("Hạnh", "Thiên", "Bảo")
    blocks = dict.fromkeys(staff, 1) | dict.fromkeys(("Yến", "Dung"), 2)
    table = {
        # Of the staff two have all 15 right, so 2 is true: Thiên is off by 0, Hạnh by 1.
        "Hạnh": [(1, 8, 300, 15, 1)],
        "Thiên": [(1, 8, 900, 15, 2)],
        "Bảo": [(1, 8, 100, 14, 2)],
        # Of the citizens one has: Dung is off by 0. Both stand first in nothing but their block.
        "Yến": [(1, 8, 200, 14, 1)],
        "Dung": [(1, 8, 700, 15, 1)],
    }

    assert placed(presets.find("hue-cchc-2025"), table, blocks=blocks) == [
        [(1, "Thiên"), (2, "Hạnh"), (3, "Bảo")],
        [(1, "Dung"), (2, "Yến")],
    ]


def test_hue_cchc_2025_shares_the_place_of_who_is_equally_near():
    table = {
        # One has all right, so 1 is true; 0 and 2 are both off by 1, and time does not count.
        "Hạnh": [(1, 8, 300, 15, 9)],
        "Thiên": [(1, 8, 900, 14, 0)],
        "Bảo": [(1, 8, 100, 14, 2)],
    }
    blocks = dict.fromkeys(table, 1)

    assert placed(presets.find("hue-cchc-2025"), table, blocks=blocks) == [
        [(1, "Hạnh"), (2, "Thiên"), (2, "Bảo")]
    ]


def test_soc_trang_cchc_2022_by_the_best_of_any_number_of_attempts():
    table = {
        # The best is the third: 10 right in 240 s.
        "Hạnh": [(1, 8, 250, 9, None), (2, 8, 100, 6, None), (3, 8, 240, 10, None)],
        "Thiên": [(5, 8, 200, 10, None), (6, 8, 90, 9, None)],
        # Equal to Hạnh in all that counts, though ten days later: the place is shared.
        "Bảo": [(13, 8, 240, 10, None)],
        "Yến": [(1, 7, 30, 9, None)],
    }

    assert placed(presets.find("soc-trang-cchc-2022"), table) == [
        (1, "Thiên"), (2, "Hạnh"), (2, "Bảo"), (4, "Yến"),
    ]  # fmt: skip


def test_bau_cu_2021_keeps_the_first_prediction_of_three_attempts():
    table = {
        # Three have all 19 right. Hạnh said 10 at first; that the third said 3 does not count.
        "Hạnh": [(1, 8, 600, 15, 10), (2, 8, 600, 17, 7), (3, 8, 600, 19, 3)],
        # Off by 1 and 2: before Hạnh, who is off by 7.
        "Thiên": [(1, 8, 900, 19, 4)],
        "Bảo": [(1, 8, 500, 19, 1)],
        # Right on the number, but 18 right.
        "Yến": [(1, 8, 300, 18, 3)],
    }

    assert placed(presets.find("bau-cu-2021"), table) == [
        (1, "Thiên"), (2, "Bảo"), (3, "Hạnh"), (4, "Yến"),
    ]  # fmt: skip


def test_gia_lai_phap_luat_2025_by_score_time_and_moment():
    table = {
        "Hạnh": [(1, 8, 700, 19, None)],
        # As many, faster.
        "Thiên": [(9, 8, 640, 19, None)],
        # As many and as fast as Thiên, and submitted a week before.
        "Bảo": [(2, 8, 640, 19, None)],
        "Yến": [(1, 1, 100, 18, None)],
    }

    assert placed(presets.find("gia-lai-phap-luat-2025"), table, points=5) == [
        (1, "Bảo"), (2, "Thiên"), (3, "Hạnh"), (4, "Yến"),
    ]  # fmt: skip


def test_vcnet_2020_to_the_second():
    table = {
        # Four have all right; Hạnh and Thiên are off by 1, submitted within one second: shared.
        "Hạnh": [(1, 10, 300.1, 10, 5)],
        "Thiên": [(1, 10, 300.9, 10, 3)],
        # Off by 1 too, one second later.
        "Bảo": [(1, 10, 301.0, 10, 5)],
        # Off by 0, a whole day later: the prediction comes before the moment.
        "Yến": [(2, 10, 300, 10, 4)],
        "Dung": [(1, 10, 60, 9, 4)],
    }

    assert placed(presets.find("vcnet-2020"), table) == [
        (1, "Yến"), (2, "Hạnh"), (2, "Thiên"), (4, "Bảo"), (5, "Dung"),
    ]  # fmt: skip


def test_quan_doan_binh_tan_by_the_moment_of_entry():
    table = {
        "Hạnh": [(3, 8, 400, 20, None)],
        # As right and as fast as Hạnh, began two days before.
        "Thiên": [(1, 8, 400, 20, None)],
        # One thousandth of a second faster, at the end of the week.
        "Bảo": [(7, 23, 399.999, 20, None)],
        "Yến": [(1, 1, 100, 19, None)],
    }

    assert placed(presets.find("quan-doan-binh-tan"), table) == [
        (1, "Bảo"), (2, "Thiên"), (3, "Hạnh"), (4, "Yến"),
    ]  # fmt: skip


def test_ldld_binh_tan_predicts_attempts_not_people():
    table = {
        # Three people made five attempts: five is true, not three.
        "Hạnh": [(1, 8, 300, 18, 3), (2, 8, 300, 20, None)],
        "Thiên": [(1, 8, 500, 20, 5), (3, 8, 500, 12, None)],
        "Bảo": [(1, 8, 200, 20, 8)],
    }

    # Off by 2, 0 and 3.
    assert placed(presets.find("ldld-binh-tan"), table) == [
        (1, "Thiên"), (2, "Hạnh"), (3, "Bảo"),
    ]  # fmt: skip


def test_quang_nam_thcs_2022_through_all_five_keys():
    table = {
        # Six took part. All have 300 points and said 6; 900 s; Hạnh and Thiên began at one time.
        "Hạnh": [(1, 8, 900, 30, 6)],
        # Two attempts with everything right, where Hạnh has one: before Hạnh.
        "Thiên": [(1, 8, 900, 30, 6), (2, 8, 950, 30, None)],
        # Began an hour before both: before Thiên, whose two perfect attempts come last.
        "Bảo": [(1, 7, 900, 30, 6)],
        # Faster than all of them.
        "Yến": [(5, 8, 800, 30, 6)],
        # Off by 1: behind them.
        "Dung": [(1, 6, 100, 30, 7)],
        # 290 points.
        "Khoa": [(1, 6, 100, 29, 6)],
    }

    assert placed(presets.find("quang-nam-thcs-2022"), table, points=10) == [
        (1, "Yến"), (2, "Bảo"), (3, "Thiên"), (4, "Hạnh"), (5, "Dung"), (6, "Khoa"),
    ]  # fmt: skip


def test_quang_nam_thcs_2022_keeps_the_higher_prize_of_two_rounds():
    preset = presets.find("quang-nam-thcs-2022")
    terms = OverallTerms(preset.overall, preset.ranking, {1: MILLION, 2: MILLION})

    def got(round_, place, score):
        return Result(round_, place, score * MILLION, 30, 30, 0, True, 900_000, OPENS, OPENS)

    # Hạnh won both rounds and keeps one first prize; Bảo won none, but was second with more
    # points than Hạnh; Thiên was third and second, and keeps the second place, with 280 points.
    people = {
        "Hạnh": [got(1, 1, 290), got(2, 1, 285)],
        "Thiên": [got(1, 3, 300), got(2, 2, 280)],
        "Bảo": [got(1, 2, 295)],
    }
    found = {name: total(terms, mine) for name, mine in people.items()}

    assert preset.overall is OverallRule.KEEP_HIGHER_PRIZE
    assert ranking.places((one.sort_key, name) for name, one in found.items()) == [
        (1, "Hạnh"), (2, "Bảo"), (3, "Thiên"),
    ]  # fmt: skip
    assert (found["Hạnh"].kept, found["Thiên"].kept) == (1, 2)


def test_gtvt_cchc_2020_by_score_prediction_and_time():
    table = {
        # One has all 20 right. Off by 4, 0 and 4; of Hạnh and Bảo the faster stands higher.
        "Hạnh": [(1, 8, 700, 19, 5)],
        "Thiên": [(1, 8, 900, 19, 1)],
        "Bảo": [(20, 8, 650, 19, 5)],
        "Yến": [(2, 8, 999, 20, 300)],
    }

    assert placed(presets.find("gtvt-cchc-2020"), table, points=5) == [
        (1, "Yến"), (2, "Thiên"), (3, "Bảo"), (4, "Hạnh"),
    ]  # fmt: skip


def test_dak_po_2021_by_the_best_of_ten_attempts():
    table = {
        # Nine attempts of 8 and one of 9: the one counts, with its own time.
        "Hạnh": [(day, 9, 60, 8, None) for day in range(1, 10)] + [(10, 9, 500, 9, None)],
        "Thiên": [(1, 9, 400, 9, None)],
        # The same time as Thiên, submitted on the second day.
        "Bảo": [(2, 9, 400, 9, None)],
        "Yến": [(1, 9, 30, 8, None)],
    }

    assert placed(presets.find("dak-po-2021"), table) == [
        (1, "Thiên"), (2, "Bảo"), (3, "Hạnh"), (4, "Yến"),
    ]  # fmt: skip


def test_ben_tre_cds_2023_draws_lots_among_who_is_equal_to_the_last():
    table = {
        "Hạnh": [(1, 8, 300, 10, 4)],
        # Equal in all that counts: the lots of the published seed decide, and never tie.
        "Thiên": [(2, 8, 200, 9, 4)],
        "Bảo": [(3, 8, 100, 9, 4)],
        # Four took part; off by 1.
        "Yến": [(1, 8, 100, 9, 5)],
    }
    first, second = sorted(("Thiên", "Bảo"), key=lambda name: ranking.lot(b"\x5e" * 16, name))

    assert placed(presets.find("ben-tre-cds-2023"), table) == [
        (1, "Hạnh"), (2, first), (3, second), (4, "Yến"),
    ]  # fmt: skip


VIET_LAO = {
    # From five in the morning until nine at night, an attempt each hour with the same answers.
    "Người nộp lại mỗi giờ": [(1, 5 + n, 120, 10, n) for n in range(17)],
    "Hạnh": [(1, 9, 600, 10, 2)],
    "Thiên": [(3, 9, 400, 10, 5)],
    "Bảo": [(2, 9, 300, 9, 3)],
}


def test_viet_lao_2017_as_it_was_lets_the_hunter_win():
    preset = presets.find("viet-lao-2017")
    open_ = replace(preset, prediction=replace(preset.prediction, lock=Lock.PER_ATTEMPT))

    # Three have all right. One of the seventeen numbers was 3; Hạnh is off by 1, Thiên by 2.
    assert placed(open_, VIET_LAO) == [
        (1, "Người nộp lại mỗi giờ"), (2, "Hạnh"), (3, "Thiên"), (4, "Bảo"),
    ]  # fmt: skip


def test_viet_lao_2017_as_it_is_shipped_does_not():
    # What counts of the hunter is the first number, 0, off by 3.
    assert placed(presets.find("viet-lao-2017"), VIET_LAO) == [
        (1, "Hạnh"), (2, "Thiên"), (3, "Người nộp lại mỗi giờ"), (4, "Bảo"),
    ]  # fmt: skip


# --- The list ------------------------------------------------------------------------------------


def test_every_preset_has_a_table_of_its_own_above():
    told = Path(__file__).read_text(encoding="utf-8")

    assert [one.key for one in presets.every() if f'find("{one.key}")' not in told] == []
    assert len(presets.every()) >= 10


@pytest.mark.parametrize("preset", presets.every(), ids=lambda one: one.key)
def test_preset_makes_a_round_that_nothing_grave_is_wrong_with(preset):
    usual = RoundSettings("Tuần 1", OPENS, OPENS + timedelta(days=7))
    settings = preset.laid_over(usual)
    plan = RoundPlan(
        settings.opens_at, settings.closes_at, settings.minutes, preset.questions,
        settings.policy(None), settings.ranking, settings.prediction, excluded=3,
    )  # fmt: skip

    grave = [one for one in describing.inspect(plan, OPENS) if one.level is Level.DANGER]

    assert grave == []
    assert preset.source
    assert preset.note


@pytest.mark.parametrize(
    ("key", "opens", "closes"),
    [
        # 23/11/2026 is a Monday; the rounds are looked for from Tuesday noon on.
        ("hue-cchc-2025", "00:00 30/11/2026", "00:00 07/12/2026"),
        ("vcnet-2020", "10:00 30/11/2026", "09:00 07/12/2026"),
        ("soc-trang-cchc-2022", "07:00 25/11/2026", "22:00 25/12/2026"),
        ("dak-lak-cds-2025", "00:00 25/11/2026", "00:00 27/11/2026"),
    ],
)
def test_preset_opens_on_its_day_and_hour(key, opens, closes):
    noon = datetime(2026, 11, 24, 5, tzinfo=UTC)

    settings = presets.find(key).laid_over(RoundSettings("Tuần 1", noon, noon))

    said = [
        f"{moment.astimezone(VIETNAM):%H:%M %d/%m/%Y}"
        for moment in (settings.opens_at, settings.closes_at)
    ]
    assert said == [opens, closes]


def test_preset_of_hue_has_its_two_blocks():
    assert [(one.members, one.min_age) for one in presets.find("hue-cchc-2025").blocks] == [
        (Members.STAFF, None),
        (Members.CITIZENS, 18),
    ]


def test_find_of_a_name_that_is_none_is_nothing():
    assert presets.find("khong-co") is None

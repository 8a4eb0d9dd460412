"""Official documents: as the decree wants them, in both kinds of files, and opened by an office."""

import io
import os
import re
import shutil
import subprocess
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from contest.documents import kinds, layout, lints, phrases, typeset, word, workbook
from contest.documents.facts import RulesFacts, UnitFigures
from contest.documents.kinds import Kind
from contest.documents.lints import Draft
from contest.documents.paper import Letterhead, Paper, Text, bases, recipients
from contest.rules import ranking
from contest.rules.allowing import AttemptPolicy, Counts
from contest.rules.describing import Level, RoundPlan
from contest.rules.predicting import Lock, Prediction
from contest.rules.ranking import Key
from core import config
from questions.rules.letterheads import Profile
from tests import system
from tests.contest import papers

OFFICES = {"state": papers.STATE, "union": papers.UNION, "committee": papers.COMMITTEE}
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
EVERY = [(kind, name) for kind in Kind for name in OFFICES]


def made(kind, office=papers.STATE, **fields):
    return kinds.paper(kind, papers.matter(office, **fields))


def opened(content):
    import docx

    return docx.Document(io.BytesIO(content))


def words(text):
    return " ".join(text.split())


def said_by(paper):
    """Every text of the structure, to be looked for in the files."""
    yield from (paper.name.upper(), paper.subject, *paper.bases, *paper.recipients)
    for block in paper.blocks:
        if isinstance(block, Text):
            yield block.text


FONTS_CONF = f"""<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <dir>{config.ROOT / "core" / "fonts"}</dir>
  <dir>/usr/share/fonts</dir>
  <alias binding="same">
    <family>Times New Roman</family>
    <prefer><family>Tinos</family></prefer>
  </alias>
</fontconfig>
"""


@pytest.fixture(scope="module")
def converted(tmp_path_factory):
    """Every document as LibreOffice reads it: its text by kind and office."""
    folder = tmp_path_factory.mktemp("van-ban")
    for kind, name in EVERY:
        content = word.docx(made(kind, OFFICES[name]))
        (folder / f"{kind.value}-{name}.docx").write_bytes(content)
        if kinds.paper(kind, papers.matter()).all_tables:
            (folder / f"{kind.value}-{name}-bang.xlsx").write_bytes(
                workbook.xlsx(made(kind, OFFICES[name]))
            )
    _convert(folder, sorted(folder.glob("*.docx")))
    _convert(folder, sorted(folder.glob("*.xlsx")))
    return {path.stem: _text_of(path) for path in sorted(folder.glob("*.pdf"))}


def _convert(folder, files):
    profile = f"-env:UserInstallation=file://{folder}/profile"
    asked = [system.office(), profile, "--headless", "--convert-to", "pdf", "--outdir", folder]
    # Whatever fonts the machine has: ours is as wide as the prescribed one, letter for letter.
    (folder / "fonts.conf").write_text(FONTS_CONF)
    here = os.environ | {"FONTCONFIG_FILE": str(folder / "fonts.conf")}
    subprocess.run([*asked, *files], check=True, capture_output=True, timeout=600, env=here)


def _text_of(path):
    asked = [system.reader_of_pdf(), "-layout", path, "-"]
    return subprocess.run(asked, check=True, capture_output=True, text=True).stdout


# --- The decree --------------------------------------------------------------------------------


def test_every_measure_lies_in_the_range_that_its_source_allows():
    assert [name for name, one in layout.measures().items() if not one.is_allowed] == []
    assert layout.sources()[0].startswith("Nghị định 30/2020/NĐ-CP")
    assert layout.sources()[1].startswith("Hướng dẫn 29-HD/TWĐTN-VP")


@pytest.mark.parametrize("kind", Kind)
def test_word_file_has_the_margins_and_the_font_of_the_table(kind):
    paper = made(kind)
    file = opened(word.docx(paper))

    page, used = file.sections[0], layout.used
    sides = (page.top_margin, page.bottom_margin, page.left_margin, page.right_margin)
    names = ("top", "bottom", "left", "right")
    assert [round(one.mm, 1) for one in sides] == [used(f"margins.{name}") for name in names]
    size = sorted((round(page.page_width.mm), round(page.page_height.mm)))
    assert size == [used("page.width"), used("page.height")]
    assert (page.page_width > page.page_height) == paper.is_wide
    assert file.styles["Normal"].font.name == "Times New Roman"
    assert file.styles["Normal"].font.size.pt == used("sizes.text")


def test_word_file_writes_each_part_in_the_size_and_look_of_the_table():
    file = opened(word.docx(made(Kind.DECISION)))

    head, end = file.tables[0], file.tables[1]
    lines = [*_lines(head), *file.paragraphs, *_lines(end)]
    looks = {line.text: _look(line) for line in lines if line.runs}
    _look_as_the_table_says(looks)
    assert looks["Theo đề nghị của Tổ Thư ký Cuộc thi."] == (None, "i")


def _lines(table):
    return [line for row in table.rows for cell in row.cells for line in cell.paragraphs]


def _look_as_the_table_says(looks):
    """See that each part of a decision has the size and look that the table gives it."""
    used = layout.used
    assert looks["CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"] == (used("sizes.country"), "b")
    assert looks["Độc lập - Tự do - Hạnh phúc"] == (used("sizes.motto"), "b")
    assert looks["UBND TỈNH ĐẮK LẮK"] == (used("sizes.parent"), "")
    assert looks["BAN TỔ CHỨC CUỘC THI"] == (used("sizes.body"), "b")
    assert looks["Số: 05/QĐ-BTC"] == (used("sizes.number"), "")
    assert looks["Đắk Lắk, ngày 05 tháng 02 năm 2026"] == (used("sizes.date"), "i")
    assert looks["QUYẾT ĐỊNH"] == (used("sizes.name"), "b")
    assert looks["TM. BAN TỔ CHỨC"] == (used("sizes.post"), "b")
    assert looks["Nguyễn Văn Bình"] == (used("sizes.signer"), "b")
    assert looks["Nơi nhận:"] == (used("sizes.recipients_head"), "bi")
    assert looks["- Lưu: VT, BTC."] == (used("sizes.recipients"), "")


def _look(line):
    run = line.runs[0]
    size = run.font.size.pt if run.font.size else None
    return size, ("b" if run.bold else "") + ("i" if run.italic else "")


def test_paragraphs_are_indented_justified_and_apart_as_the_table_says():
    file = opened(word.docx(made(Kind.ANNOUNCEMENT)))

    lead = next(line for line in file.paragraphs if line.text.startswith("Căn cứ Thể lệ"))
    form, used = lead.paragraph_format, layout.used
    assert round(form.first_line_indent.mm, 1) == used("paragraphs.indent")
    assert form.space_after.pt == used("paragraphs.after")
    assert form.line_spacing == used("paragraphs.line")
    assert lead.alignment.name == "JUSTIFY"


def test_page_number_stands_centred_at_the_top_and_not_on_the_first_page():
    section = opened(word.docx(made(Kind.MINUTES))).sections[0]

    header = section.header.paragraphs[0]
    code = header._element.find(f".//{W}instrText")
    assert section.different_first_page_header_footer
    assert code.text == "PAGE"
    assert header.alignment.name == "CENTER"
    assert {run.font.size.pt for run in header.runs} == {layout.used("sizes.page_number")}
    assert section.first_page_header.paragraphs[0].text == ""


def test_head_of_a_table_is_a_row_that_word_repeats_on_every_page():
    file = opened(word.docx(made(Kind.RESULTS_LIST)))

    rows = file.tables[1]._tbl.findall(W + "tr")
    heads = [row.find(f".//{W}tblHeader") is not None for row in rows]
    assert heads == [True, *[False] * len(papers.NAMES)]


def test_each_letterhead_has_its_own_prescribed_lines(converted):
    text = {name: converted[f"thong-bao-{name}"] for name in OFFICES}

    for name in ("state", "committee"):
        assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in text[name]
        assert "Độc lập - Tự do - Hạnh phúc" in text[name]
        assert "Số: 05/TB-BTC" in text[name]
    assert "CỘNG HÒA" not in text["union"]
    assert "ĐOÀN TNCS HỒ CHÍ MINH" in text["union"]
    assert "***" in text["union"]
    assert "-----" in text["union"]
    assert "Số: 05-TB/TĐTN-BTG" in words(text["union"])
    assert "BÍ THƯ" in text["union"]


# --- The files ---------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "name"), EVERY)
def test_libreoffice_opens_every_word_file_and_finds_every_line(converted, kind, name):
    text = words(converted[f"{kind.value}-{name}"])

    squeezed = re.sub(r"[\s\u2060-]", "", text)
    lost = [
        line
        for line in said_by(made(kind, OFFICES[name]))
        if line and not _is_there(line, squeezed)
    ]
    assert lost == []


def _is_there(line, squeezed):
    """Look for every word of a line: columns side by side are read across by pdftotext."""
    return all(re.sub(r"[\s\u2060-]", "", one) in squeezed for one in line.split())


@pytest.mark.slow
def test_libreoffice_opens_every_workbook_with_its_figures(converted):
    books = {stem: text for stem, text in converted.items() if stem.endswith("-bang")}

    assert len(books) == 3 * sum(bool(made(kind).all_tables) for kind in Kind)
    assert "Nguyễn Thị Hạnh" in books["danh-sach-ket-qua-state-bang"]
    assert "Sở Tư pháp" in books["bao-cao-union-bang"]


@pytest.mark.parametrize("kind", Kind)
def test_pdf_embeds_its_fonts_with_unicode_maps_and_gives_vietnamese_back(kind, tmp_path):
    paper, path = made(kind), tmp_path / "van-ban.pdf"
    path.write_bytes(typeset.pdf(paper))

    fonts = subprocess.run(
        [shutil.which("pdffonts"), path], check=True, capture_output=True, text=True
    ).stdout.splitlines()[2:]
    text = words(_text_of(path))
    assert fonts
    assert {
        re.split(r"\s{2,}|\s(?=yes|no)", line)[0].split("+")[-1].split("-")[0] for line in fonts
    } == {"Tinos"}
    # Columns emb, sub, uni.
    assert [line for line in fonts if line.split()[-5:-2] != ["yes", "yes", "yes"]] == []
    squeezed = re.sub(r"[\s\u2060-]", "", text)
    assert [line for line in said_by(paper) if line and not _is_there(line, squeezed)] == []


POINT = 25.4 / 72
_PLACE = r'[^>]*xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">([^<]*)'


def _pages(path):
    """The pages of a PDF: width and height, and the place of every word, in millimetres."""
    read = subprocess.run(
        [system.reader_of_pdf(), "-bbox", path, "-"], check=True, capture_output=True, text=True
    ).stdout
    for page in read.split("<page ")[1:]:
        size = [float(one) * POINT for one in re.findall(r'"([\d.]+)"', page)[:2]]
        found = [
            (*(float(side) * POINT for side in sides), word)
            for *sides, word in re.findall(f"<word {_PLACE}", page)
        ]
        yield size, found


@pytest.mark.parametrize(("kind", "name"), EVERY)
def test_pdf_keeps_the_margins_and_the_paper_of_the_table(kind, name, tmp_path):
    paper, path, used = made(kind, OFFICES[name]), tmp_path / "van-ban.pdf", layout.used
    path.write_bytes(typeset.pdf(paper))
    pages = list(_pages(path))
    least = {side: used(f"margins.{side}") for side in ("top", "bottom", "left", "right")}

    lefts, rights = [], []
    for number, (size, placed) in enumerate(pages, start=1):
        wanted = sorted((used("page.width"), used("page.height")), reverse=paper.is_wide)
        assert [round(side) for side in size] == wanted
        body = [one for one in placed if not (one[4] == str(number) and one[1] < least["top"])]
        lefts += [one[0] for one in body]
        rights += [size[0] - one[2] for one in body]
        assert min(one[1] for one in body) >= least["top"] - 0.5
        # The last line stands on the edge; what hangs below the line, as in g, goes on a little.
        assert min(size[1] - one[3] for one in body) >= least["bottom"] - 1
    assert min(rights) >= least["right"] - 0.3
    assert min(lefts) >= least["left"] - 0.3
    # Something stands right at each side, so that the margin is neither smaller nor larger; the
    # last column of a wide table is centred.
    assert min(rights) <= least["right"] + (12 if paper.is_wide else 0.5)
    assert min(lefts) <= least["left"] + 2.5


def _sizes(path):
    """Every line of a PDF with its size in points and how it is set."""
    read = subprocess.run(
        [shutil.which("pdftohtml"), "-xml", "-i", "-zoom", "1", "-stdout", path],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    sizes = dict(re.findall(r'<fontspec id="(\d+)" size="(\d+)"', read))
    for font, told in re.findall(r'<text [^>]*font="(\d+)">(.*?)</text>', read):
        bare = words(re.sub("<[^>]+>", "", told))
        yield bare, (int(sizes[font]), ("b" if "<b>" in told else "") + "i" * ("<i>" in told))


def test_pdf_writes_each_part_in_the_size_and_look_of_the_table(tmp_path):
    path = tmp_path / "quyet-dinh.pdf"
    path.write_bytes(typeset.pdf(made(Kind.DECISION)))

    looks = dict(_sizes(path))

    _look_as_the_table_says(looks)


@pytest.mark.parametrize("name", OFFICES)
def test_pdf_writes_what_it_says_in_thirteen_or_fourteen_points(name, tmp_path):
    path = tmp_path / "thong-bao.pdf"
    path.write_bytes(typeset.pdf(made(Kind.ANNOUNCEMENT, OFFICES[name])))

    looks = [look for line, look in _sizes(path) if line.startswith("Căn cứ Thể lệ")]

    assert {size for size, _ in looks} == {layout.used("sizes.text")}


def test_what_people_typed_stays_text_in_every_file():
    evil = '#read("/etc/passwd") *đậm* =1+1 <b>'
    paper = replace(made(Kind.BULLETIN), subject=evil, blocks=(Text(evil),))

    file = opened(word.docx(paper))
    assert [line.text for line in file.paragraphs].count(evil) == 2
    assert typeset.pdf(paper).startswith(b"%PDF")


# --- Words -------------------------------------------------------------------------------------


def test_bulletin_says_exactly_what_the_press_prints():
    text = "\n".join(block.text for block in made(Kind.BULLETIN).blocks if isinstance(block, Text))
    bands = next(one for one in made(Kind.BULLETIN).all_tables if one.name == "Phổ kết quả")

    assert "25.980 người dự thi với 26.104 lượt thi" in text
    assert "2/3 sở, ban, ngành và 3/3 xã, phường có người dự thi" in text
    # A unit of one person is not a unit at 100 %.
    assert "Có 1 đơn vị đạt tỷ lệ 100% cán bộ, công chức tham gia: Sở Tư pháp." in text
    assert (
        "Có 3 đơn vị có tỷ lệ tham gia dưới 30%: Sở Y tế (0,00%); Sở Tài chính (2,13%);"
        " Phường Tuy Hòa (28,00%)." in text
    )
    assert bands.rows == (
        ("Đúng 100% số câu", 1284, "4,94%"),
        ("Đúng từ 75% đến dưới 100%", 12000, "46,19%"),
        ("Đúng từ 25% đến dưới 75%", 9000, "34,64%"),
        ("Đúng dưới 25%", 3600, "13,86%"),
        ("Không đúng câu nào", 96, "0,37%"),
    )


def test_list_ends_with_how_many_it_has_and_says_when_it_is_cut():
    assert phrases.counted(120) == "Danh sách này có 120 người./."
    assert phrases.counted(1000, all_of=25980).startswith(
        "Danh sách này có 1.000 người, xếp đầu trong 25.980 người được xếp hạng"
    )


def test_scores_stand_in_words_too_and_people_by_their_given_names():
    table = made(Kind.SCORE_TABLE).all_tables[0]

    assert [row[2] for row in table.rows][:3] == [
        "Phạm Đức An", "Lê Ngọc Ánh", "Trần Quốc Bảo",
    ]  # fmt: skip
    assert {(row[6], row[7]) for row in table.rows} == {
        (Decimal("8.25"), "Tám phẩy hai lăm"),
        (Decimal(20), "Hai mươi"),
    }


def test_long_list_is_cut_in_the_document_and_whole_in_the_workbook():
    week = papers.round_facts(placed=papers.placed(1200), ranked=1200)
    paper = made(Kind.RESULTS_LIST, round=week)

    assert len(paper.blocks[0].rows) == phrases.MOST_ROWS
    assert len(paper.all_tables[0].rows) == 1200


def test_columns_of_the_prediction_are_left_out_where_nothing_was_predicted():
    week = papers.round_facts(has_prediction=False)

    titles = [one.title for one in made(Kind.RESULTS_LIST, round=week).all_tables[0].columns]
    assert titles == [
        "STT", "SBD", "Họ và tên", "Ngày sinh", "Đơn vị", "Số câu đúng", "Thời gian",
        "Xếp hạng", "Giải",
    ]  # fmt: skip


def test_bases_and_recipients_end_as_the_decree_says():
    assert bases(["Căn cứ A.", "", "Căn cứ B;"]) == ("Căn cứ A;", "Căn cứ B.")
    assert recipients(["- UBND tỉnh", "Lưu: VT, BTC;"]) == ("- UBND tỉnh;", "- Lưu: VT, BTC.")


def test_open_number_and_day_leave_room_to_be_written_in():
    head = Letterhead(Profile.STATE, letters="TB-BTC", place="Đắk Lắk")

    assert re.fullmatch(r"Số: +/TB-BTC", head.sign)
    assert re.fullmatch(r"Đắk Lắk, ngày +tháng +năm +", head.dated)


def test_document_says_from_which_run_and_hash_it_was_made():
    assert papers.DIGEST in made(Kind.DECISION).origin
    assert "số 2" in made(Kind.DECISION).origin


def test_missing_parts_are_told_before_a_document_is_written():
    bare = papers.matter(round=papers.round_facts(run=None, placed=(), winners=()))

    told = {kind: [one.message for one in kinds.missing(kind, bare)] for kind in kinds.OF_ROUND}
    assert told[Kind.DECISION] == [
        "The results of the round are not computed yet.",
        "No prize has been awarded yet.",
    ]
    assert told[Kind.BULLETIN] == ["The results of the round are not computed yet."]
    assert kinds.missing(Kind.DECISION, papers.matter()) == []


# --- Lints of the rules ------------------------------------------------------------------------


def plan(**fields):
    week = papers.round_facts()
    defaults = {
        "opens_at": week.opens_at,
        "closes_at": week.closes_at,
        "minutes": 15,
        "questions": 20,
        "policy": AttemptPolicy(None, 1, None, 0, Counts.BEST),
        "ranking": ranking.read(
            [*ranking.natural(Key.CORRECT_COUNT, Key.DURATION_MS).written(), {"key": "lot"}]
        ),
        "public_results_at": week.closes_at + timedelta(hours=10),
        "excluded": 5,
    }
    return RoundPlan(**defaults | fields)


def told(**fields):
    defaults = {
        "office": papers.STATE,
        "rules": papers.rules_facts(),
        "plans": [("Tuần 1", plan())],
        "leads": ["Sở Nội vụ"],
        "excluded": 5,
    }
    return lints.lint(Draft(**defaults | fields))


def messages(remarks, level=None):
    return [
        getattr(one.sentence.values.get("remark"), "message", one.sentence.message)
        for one in remarks
        if level in (None, one.level)
    ]


def test_sound_rules_are_only_told_how_midnight_is_written():
    (only,) = told()

    assert only.level is Level.OK
    assert "24h00" in messages([only])[0]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"plans": [("Tuần 1", plan(ranking=ranking.natural(Key.CORRECT_COUNT)))]}, "still equal"),
        (
            {"plans": [("Tuần 1", plan(closes_at=plan().closes_at - timedelta(minutes=1)))]},
            "leaves a minute in doubt",
        ),
        ({"excluded": 0}, "organisers do not enter"),
        ({"units": [UnitFigures("X3", "Xã Ea Kar", "xã, phường", 1, 1, 1)]}, "one person"),
        ({"units": [UnitFigures("X3", "Xã Ea Kar", "xã, phường", 1, 1, None)]}, "headcount"),
        ({"rules": RulesFacts(prizes="Giải Nhất", contact="0262")}, "who may take part"),
        ({"office": replace(papers.STATE, issued_by="")}, "decision that issues"),
        ({"plans": [("Tuần 1", plan(public_results_at=None))]}, "become public"),
        (
            {"plans": [("Tuần 1", plan(prediction=Prediction(lock=Lock.PER_ATTEMPT),
                policy=AttemptPolicy(None, None, None, 0, Counts.BEST)))]},
            "hunted",
        ),
    ],
)  # fmt: skip
def test_gap_in_the_rules_is_found(fields, said):
    assert [
        one
        for one in messages(told(**fields), Level.WARN) + messages(told(**fields), Level.DANGER)
        if said in one
    ]


def test_empty_paper_of_a_letter_has_its_subject_under_the_sign():
    paper = Paper(Letterhead(letters="BTC", number="07"), "", about="nhắc dự thi")

    text = "\n".join(line.text for line in _lines(opened(word.docx(paper)).tables[0]))
    assert "V/v nhắc dự thi" in text

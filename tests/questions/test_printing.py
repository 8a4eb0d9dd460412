"""Papers as files: what PDF and Word hold, set with our own fonts, whatever the questions say."""

import io
import re
import subprocess

import pytest

from core import clock, typesetting
from core.db import atomic, db
from questions import blueprinting, paper_queries, papering, printing
from questions.models import ItemType, ItemVersion, Media, MediaKind, Stimulus
from questions.printing import Form
from questions.rules.composing import Grouping, Making
from questions.rules.filling import Cell, Spec
from questions.rules.letterheads import Letterhead, Profile
from tests import factories, system
from tests.questions.contents import SOUND, STEMS

PASSAGE = (
    "Người phụ trách ở buôn là ông Y Thuận Niê Kđăm và bà H’Hen Êban; kinh phí 25.980 triệu đồng."
)
TRICKS = '#read("/etc/passwd") *đậm* _nghiêng_ $x^2$ `mã` @nhan <nhan> \\ "trích" [ô] // bỏ'


@pytest.fixture
def bank(app):
    """One question of every type, two with a passage, one with a picture, one full of markup."""
    bank = factories.bank()
    for number, kind in enumerate(SOUND, start=1):
        factories.item(
            bank, number=number, type=ItemType(kind), stem=STEMS[kind], content=SOUND[kind]
        )
    for number in (11, 12, 13):
        factories.item(bank, number=number, stem=f"Câu hỏi theo đoạn văn {number}?")
    with atomic():
        passage = Stimulus(
            public_id="doan",
            bank_id=bank.id,
            title="Kế hoạch",
            text=PASSAGE,
            created_at=clock.now(),
        )
        picture = Media(
            public_id="hinh-1", bank_id=bank.id, kind=MediaKind.PICTURE, mime="image/webp",
            digest="d", size=1, content=webp(), created_at=clock.now(),
        )  # fmt: skip
        db.session.add_all([passage, picture])
        db.session.flush()
        versions = {one.item.code: one for one in db.session.query(ItemVersion)}
        versions["C011"].stimulus_id = versions["C012"].stimulus_id = passage.id
        shown = {"id": "hinh-1", "kind": "picture", "alt": "Sơ đồ", "at": "stem"}
        versions["C013"].content = versions["C013"].content | {"media": [shown]}
        versions["C013"].stem = TRICKS
    return bank


def webp():
    from PIL import Image

    target = io.BytesIO()
    Image.new("RGB", (120, 80), "navy").save(target, "WEBP")
    return target.getvalue()


@pytest.fixture
def drawn(bank):
    """A set of one paper that holds the whole bank, in parts by type."""
    actor = factories.account()
    spec = Spec("Tất cả", (Cell(None, None, None, 13),))
    blueprint = blueprinting.create(actor, bank, spec, at=clock.now())
    head = Letterhead(
        Profile.STATE, "UBND tỉnh Đắk Lắk", "Ban Tổ chức cuộc thi", heading="Đề thi",
        minutes=60, instructions="Không sử dụng tài liệu.", shows_points=True,
    )  # fmt: skip
    order = papering.Order("Hội thi Thanh niên Đắk Lắk", Making(1, grouping=Grouping.TYPE), head)
    return papering.draw(actor, blueprint, order, at=clock.now())


def write(drawn, form):
    return printing.write(drawn, paper_queries.papers_of(drawn.id)[0], form).content


def poppler(tool, content, *options):
    system.reader_of_pdf()
    command = [tool, *options, "-"] if tool != "pdftotext" else [tool, *options, "-", "-"]
    done = subprocess.run(command, input=content, capture_output=True, check=True)
    return done.stdout.decode()


def plain(text):
    return re.sub(r"\s+", " ", text)


def words_of(content):
    from docx import Document

    file = Document(io.BytesIO(content))
    cells = [cell.text for table in file.tables for row in table.rows for cell in row.cells]
    footer = [line._p.xpath("string(.)") for line in file.sections[0].footer.paragraphs]
    return "\n".join([*(line.text for line in file.paragraphs), *cells, *footer])


SAID = [
    "UBND TỈNH ĐẮK LẮK",
    "BAN TỔ CHỨC CUỘC THI",
    "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    "Độc lập - Tự do - Hạnh phúc",
    "Hội thi Thanh niên Đắk Lắk",
    "Thời gian làm bài: 60 phút (không kể thời gian phát đề)",
    "Mã đề 101",
    "Họ và tên thí sinh",
    "Số báo danh",
    "PHẦN X. Câu hỏi tự luận",
    "Phát biểu",
    "Thứ tự đúng",
    "HẾT",
    PASSAGE,
    *(stem for kind, stem in STEMS.items() if kind != "cloze"),
]


@pytest.mark.slow
def test_pdf_holds_every_word_intact(drawn):
    told = plain(poppler("pdftotext", write(drawn, Form.PAPER_PDF), "-layout"))

    assert [one for one in SAID if one not in told] == []
    assert TRICKS.split(" ", 1)[0] in told
    assert "Mã đề 101 – Trang 1/" in told


@pytest.mark.slow
def test_pdf_is_a4_and_embeds_only_our_fonts(drawn):
    content = write(drawn, Form.PAPER_PDF)

    fonts = poppler("pdffonts", content).splitlines()[2:]
    size = poppler("pdfinfo", content)

    assert fonts
    assert all("+Tinos" in line and " yes yes yes " in line for line in fonts)
    assert "A4" in size


@pytest.mark.slow
def test_pdf_keeps_the_margins_of_decree_30(drawn):
    boxes = poppler("pdftotext", write(drawn, Form.PAPER_PDF), "-bbox")

    point = 72 / 25.4
    words = re.findall(r'xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)"', boxes)
    assert min(float(one[0]) for one in words) >= 30 * point - 1
    assert max(float(one[2]) for one in words) <= (210 - 15) * point + 1
    assert min(float(one[1]) for one in words) >= 18 * point


@pytest.mark.slow
def test_guide_and_sheet_of_answers_hold_what_they_must(drawn):
    guide = plain(poppler("pdftotext", write(drawn, Form.GUIDE_PDF), "-layout"))
    answers = plain(poppler("pdftotext", write(drawn, Form.ANSWERS_PDF), "-layout"))

    assert "ĐÁP ÁN VÀ HƯỚNG DẪN CHẤM" in guide
    assert "ĐSĐS" in guide
    assert "Theo Kế hoạch năm 2017." in guide
    assert "Nêu đúng khái niệm: 2 điểm" in guide
    for one in ("PHIẾU TRẢ LỜI", "Số báo danh", "Chữ ký của giám thị", "(tự luận)"):
        assert one in answers


def test_word_holds_every_word_intact_in_times(drawn):
    from docx import Document

    content = write(drawn, Form.PAPER_DOCX)

    told = plain(words_of(content))
    assert [one for one in SAID if one not in told] == []
    assert TRICKS in told
    assert "Trang" in told
    file = Document(io.BytesIO(content))
    page = file.sections[0]
    margins = (page.top_margin, page.bottom_margin, page.left_margin, page.right_margin)
    assert [round(one.mm) for one in margins] == [20, 20, 30, 17]
    assert file.styles["Normal"].font.name == "Times New Roman"
    assert len(file.inline_shapes) == 1


def test_word_guide_holds_keys_and_reasons(drawn):
    told = plain(words_of(write(drawn, Form.GUIDE_DOCX)))

    assert "ĐÁP ÁN VÀ HƯỚNG DẪN CHẤM" in told
    assert "Theo Kế hoạch năm 2017." in told
    assert "ĐSĐS" in told


def test_every_form_is_a_file_of_its_kind(drawn):
    begins = {"pdf": b"%PDF-", "docx": b"PK\x03\x04"}

    for form in Form:
        content = write(drawn, form)
        assert content.startswith(begins[form.value.rpartition(".")[2]])


def test_draft_says_so_and_an_approved_paper_does_not(drawn):
    before = plain(words_of(write(drawn, Form.PAPER_DOCX)))
    papering.approve(factories.account(), drawn, at=clock.now())
    after = plain(words_of(write(drawn, Form.PAPER_DOCX)))

    assert ("Bản nháp" in before, "Bản nháp" in after) == (True, False)


def test_picture_that_is_gone_leaves_the_paper_whole(drawn):
    with atomic():
        db.session.query(Media).delete()

    assert write(drawn, Form.PAPER_PDF).startswith(b"%PDF-")
    assert write(drawn, Form.PAPER_DOCX).startswith(b"PK")


def test_template_reads_no_file_of_the_machine(tmp_path):
    template = tmp_path / "a.typ"
    template.write_text("#let values = json(bytes(sys.inputs.values))\n#values.text")

    content = typesetting.pdf(template, {"text": TRICKS})

    assert b"root:" not in content
    template.write_text('#read("/etc/passwd")')
    with pytest.raises(Exception, match="file not found"):
        typesetting.pdf(template, {})

"""What hangs on the text of Word files: each is read, or named."""

import base64
import io
import struct
import time
import zipfile
import zlib

import pytest

from core import documents
from core.archives import FileRefused
from questions.formats import docx as word
from questions.formats import reading
from tests.questions.formats import papers
from tests.questions.formats.layouts import ONE, TWO, marked
from tests.questions.formats.papers import W
from tests.questions.formats.test_docx import DOT
from tests.questions.formats.test_layouts import told

M = "http://schemas.openxmlformats.org/officeDocument/2006/math"


def paper_with(stem):
    """A paper of one question, whose stem `stem(paragraph)` writes."""
    paper = papers.document([])
    stem(papers.paragraph_of(paper, "Câu 1. "))
    for line in ("A. Một", "*B. Hai"):
        papers.paragraph_of(paper, line)
    return paper


def read_stem(stem):
    found = word.read(papers.written(paper_with(stem)))
    (draft,) = found.drafts()
    return draft.stem, [message.code for message in found.messages]


def changed(content, change):
    """The same archive with some parts replaced, added, or (None) left out."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(target, "w") as new:
        names = dict.fromkeys([*old.namelist(), *change])
        for name in names:
            part = change.get(name, old.read(name) if name in old.namelist() else None)
            part = part(old.read(name)) if callable(part) else part
            if part is not None:
                new.writestr(name, part, zipfile.ZIP_DEFLATED)
    return target.getvalue()


# --- Text ---------------------------------------------------------------------------------------


def test_read_tracked_changes_are_taken_as_accepted_and_said_once():
    def stem(paragraph):
        paragraph.add_run("Buôn nào ")
        papers.tracked(paragraph, "del", "xa ")
        papers.tracked(paragraph, "ins", "gần ")
        papers.tracked(paragraph, "moveFrom", "bỏ ")
        papers.tracked(paragraph, "moveTo", "hơn?")

    assert read_stem(stem) == ("Buôn nào gần hơn?", ["inserted"])


def test_read_paragraph_whose_end_was_deleted_goes_on_in_the_next():
    paper = papers.document(["Câu 1. Buôn nào ", "gần hơn?", "A. Một", "*B. Hai"])
    mark = paper.paragraphs[0]._p.get_or_add_pPr()
    mark.append(papers.parse_xml(f'<w:rPr xmlns:w="{W}"><w:del w:id="1" w:author="H"/></w:rPr>'))

    (draft,) = word.read(papers.written(paper)).drafts()

    assert draft.stem == "Buôn nào gần hơn?"


def test_read_hidden_text_is_left_out_and_said():
    def stem(paragraph):
        paragraph.add_run("Buôn nào?")
        paragraph.add_run(" Đáp án A").font.hidden = True

    assert read_stem(stem) == ("Buôn nào?", ["hidden"])


@pytest.mark.parametrize(
    ("xml", "shown"),
    [
        ('<w:sym w:font="Wingdings" w:char="F0FC"/>', "✓"),
        ('<w:sym w:font="Symbol" w:char="F061"/>', "α"),
        ('<w:sym w:font="Symbol" w:char="F0B3"/>', "≥"),
        ("<w:noBreakHyphen/>", "-"),
        ("<w:tab/>", ""),
        ('<w:ruby><w:rubyPr/><w:rt><w:r><w:t>nhỏ</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>to</w:t>'
         "</w:r></w:rubyBase></w:ruby>", "to"),
        ('<w:fldChar w:fldCharType="begin"/><w:instrText>SEQ x</w:instrText>'
         '<w:fldChar w:fldCharType="separate"/><w:t>7</w:t><w:fldChar w:fldCharType="end"/>', "7"),
    ],
)  # fmt: skip
def test_read_pieces_of_runs_are_shown_as_word_shows_them(xml, shown):
    def stem(paragraph):
        paragraph.add_run("Số ")
        papers.element(paragraph, xml)

    assert read_stem(stem)[0] == f"Số {shown}".strip()


@pytest.mark.parametrize(
    "wrap",
    [
        '<w:sdt xmlns:w="{W}"><w:sdtPr/><w:sdtContent>{run}</w:sdtContent></w:sdt>',
        '<w:hyperlink xmlns:w="{W}" w:anchor="x">{run}</w:hyperlink>',
        '<w:smartTag xmlns:w="{W}" w:element="place">{run}</w:smartTag>',
        '<w:fldSimple xmlns:w="{W}" w:instr="AUTHOR">{run}</w:fldSimple>',
    ],
)
def test_read_text_in_controls_links_and_tags_is_kept(wrap):
    def stem(paragraph):
        xml = wrap.format(W=W, run="<w:r><w:t>Buôn Đôn</w:t></w:r>")
        paragraph._p.append(papers.parse_xml(xml))

    assert read_stem(stem) == ("Buôn Đôn", [])


def test_read_footnotes_and_comments_are_named():
    def stem(paragraph):
        paragraph.add_run("Buôn nào?")
        papers.element(paragraph, '<w:footnoteReference w:id="2"/>')

    note = (
        '<w:{0}s xmlns:w="{1}"><w:{0} w:id="2"><w:p><w:r><w:t>{2}</w:t></w:r></w:p>'
        "</w:{0}></w:{0}s>"
    )
    content = changed(
        papers.written(paper_with(stem)),
        {
            "word/footnotes.xml": note.format("footnote", W, "Theo sử thi."),
            "word/comments.xml": note.format("comment", W, "Xem lại."),
        },
    )

    said = [(m.code, m.text.values) for m in word.read(content).messages]

    assert said == [("footnotes", {"text": "Theo sử thi."}), ("comments", {"text": "Xem lại."})]


def test_read_text_box_is_read_once():
    paper = papers.document(marked("{}. {}"))
    inner = "".join(
        f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>"
        for line in ("Câu 3. Trong khung?", "A. Có", "*B. Không")
    )
    box = (
        f'<w:p xmlns:w="{W}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
        f"<w:r><mc:AlternateContent><mc:Choice><w:txbxContent>{inner}</w:txbxContent></mc:Choice>"
        f"<mc:Fallback><w:txbxContent>{inner}</w:txbxContent></mc:Fallback></mc:AlternateContent></w:r></w:p>"
    )
    paper.element.body.insert(-1, papers.parse_xml(box))

    stems = [draft.stem for draft in word.read(papers.written(paper)).drafts()]

    assert stems == [ONE, TWO, "Trong khung?"]


@pytest.mark.parametrize(
    ("inner", "shown"),
    [
        ("<m:sSup><m:e>{x}</m:e><m:sup>{2}</m:sup></m:sSup>", "x²"),
        ("<m:sSub><m:e>{H}</m:e><m:sub>{2}</m:sub></m:sSub>{O}", "H₂O"),
        ("<m:f><m:num>{a+b}</m:num><m:den>{2}</m:den></m:f>", "(a+b)/2"),
        ("<m:rad><m:radPr/><m:deg/><m:e>{x+1}</m:e></m:rad>", "√(x+1)"),
        ("<m:rad><m:deg>{3}</m:deg><m:e>{x}</m:e></m:rad>", "∛(x)"),
        ("<m:d><m:dPr><m:begChr m:val='['/><m:endChr m:val=']'/></m:dPr><m:e>{a}</m:e></m:d>",
         "[a]"),
        ("<m:sSup><m:e>{x}</m:e><m:sup>{ab}</m:sup></m:sSup>", "x^ab"),
        ("<m:nary><m:naryPr><m:chr m:val='∑'/></m:naryPr><m:sub>{i=1}</m:sub><m:sup>{n}</m:sup>"
         "<m:e>{i}</m:e></m:nary>", "∑_(i=1)ⁿ i"),
    ],
)  # fmt: skip
def test_read_formula_is_one_readable_line(inner, shown):
    import re

    def stem(paragraph):
        body = re.sub(r"\{(.+?)\}", r"<m:r><m:t>\1</m:t></m:r>", inner)
        paragraph._p.append(papers.parse_xml(f'<m:oMath xmlns:m="{M}">{body}</m:oMath>'))

    text, codes = read_stem(stem)

    assert (text, codes) == (shown, ["formulas"])


def test_read_raised_letters_without_small_forms_are_said():
    def stem(paragraph):
        paragraph.add_run("Đo ở 20")
        paragraph.add_run("o").font.superscript = True
        paragraph.add_run("C, m")
        paragraph.add_run("2").font.superscript = True
        paragraph.add_run(" và x")
        paragraph.add_run("ab").font.superscript = True

    assert read_stem(stem) == ("Đo ở 20°C, m² và xab", ["raised"])


# --- Old fonts ----------------------------------------------------------------------------------


@pytest.mark.parametrize("font", [".VnTime", None])
def test_read_tcvn3_is_converted_and_said(font):
    blocks = ["C©u 1. C¬ quan nµo chñ tr× c¶i c¸ch hµnh chÝnh?", "A. Së Néi vô", "*B. TØnh §oµn"]

    found = word.read(papers.docx(blocks, font=font))

    (draft,) = found.drafts()
    assert draft.stem == "Cơ quan nào chủ trì cải cách hành chính?"
    assert (draft.options, draft.key) == (("Sở Nội vụ", "Tỉnh Đoàn"), (1,))
    assert [message.code for message in found.messages] == ["tcvn3"]


def test_read_vni_split_between_runs_and_beside_unicode_is_converted():
    paper = papers.document([])
    stem = papers.paragraph_of(paper, "Câu 1. Cơ quan ")
    papers._runs(stem, "na", font="VNI-Times")
    papers._runs(stem, "øo chuû trì?", font="VNI-Times")
    for line in ("A. Sở Nội vụ", "*B. Tỉnh Đoàn"):
        papers.paragraph_of(paper, line)

    (draft,) = word.read(papers.written(paper)).drafts()

    assert draft.stem == "Cơ quan nào chủ trì?"


def test_read_capitals_of_tcvn3_and_unicode_in_an_old_font_are_told_apart():
    paper = papers.document([])
    papers.paragraph_of(paper, "céng hßa x· héi chñ nghÜa viÖt nam", font=".VnTimeH")
    papers.paragraph_of(paper, "§éc lËp", font=".VnTime")
    papers.paragraph_of(paper, "Ủy ban nhân dân xã Có Đỏ", font=".VnTime")

    texts = [block.text for block in documents.read(papers.written(paper)).blocks]

    assert texts == ["CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập", "Ủy ban nhân dân xã Có Đỏ"]


# --- Pictures -----------------------------------------------------------------------------------


def picture():
    return io.BytesIO(base64.b64decode(DOT))


def test_read_pictures_of_options_go_with_their_options():
    paper = papers.document(["Câu 1. Hình nào là voi?"])
    for letter in "AB":
        paragraph = papers.paragraph_of(paper, f"{'*' if letter == 'B' else ''}{letter}. ")
        paragraph.add_run().add_picture(picture())

    found = word.read(papers.written(paper))

    (draft,) = found.drafts()
    assert [(one["at"], one["data"]) for one in draft.media] == [("a", DOT), ("b", DOT)]
    assert (draft.options, draft.key) == (("Hình 1", "Hình 2"), (1,))
    assert [message.code for message in found.messages] == ["picture-option", "picture-option"]


@pytest.mark.parametrize("ending", ["emf", "wmf"])
def test_read_drawing_of_windows_is_named_as_not_taken(ending):
    paper = papers.document(["Câu 1. Hình nào?", "A. Một", "*B. Hai"])
    paper.paragraphs[0].add_run().add_picture(picture())
    content = papers.written(paper)
    content = changed(
        content,
        {
            f"word/media/image1.{ending}": b"\x01\x00\x00\x00",
            "word/_rels/document.xml.rels": lambda old: old.replace(
                b"image1.png", f"image1.{ending}".encode()
            ),
        },
    )

    (draft,) = (found := word.read(content)).drafts()

    assert (draft.media, [m.code for m in found.messages]) == ((), ["pictures"])


def test_read_mathtype_object_is_named():
    ole = (
        '<w:object><v:shape xmlns:v="urn:schemas-microsoft-com:vml"/><o:OLEObject '
        'xmlns:o="urn:schemas-microsoft-com:office:office" ProgID="Equation.DSMT4"/></w:object>'
    )

    found = word.read(papers.written(paper_with(lambda p: papers.element(p, ole))))

    assert [m.text.values for m in found.messages if m.code == "pictures"] == [
        {"name": "Equation.DSMT4"}
    ]


def test_read_picture_from_outside_is_never_fetched():
    paper = papers.document(["Câu 1. Hình nào?", "A. Một", "*B. Hai"])
    paper.paragraphs[0].add_run().add_picture(picture())
    content = changed(
        papers.written(paper),
        {
            "word/_rels/document.xml.rels": lambda old: old.replace(
                b'Target="media/image1.png"',
                b'Target="http://127.0.0.1:9/x.png" TargetMode="External"',
            )
        },
    )

    (draft,) = (found := word.read(content)).drafts()

    assert (draft.media, [m.code for m in found.messages]) == ((), ["pictures"])


# --- Hostile files ------------------------------------------------------------------------------


def refusal(content, name="de.docx"):
    began = time.monotonic()
    with pytest.raises(FileRefused) as refused:
        reading.read_in_child(name, content)
    assert time.monotonic() - began < 10
    return refused.value.message


SOUND = papers.docx(marked("{}. {}"))


def test_hostile_zip_bomb_is_refused():
    from core import archives

    bomb = changed(SOUND, {"word/media/bomb.png": b"\0" * (60 * 1024 * 1024)})

    assert refusal(bomb) == archives.TOO_DENSE


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("part", ["word/document.xml", "word/styles.xml", "word/numbering.xml"])
def test_hostile_entities_are_refused(part, encoding):
    from core import archives

    markup = (
        f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
        '<!ENTITY b SYSTEM "file:///etc/passwd">]><w:document xmlns:w="'
        + W
        + '"><w:body><w:p><w:r>'
        "<w:t>&a;&b;</w:t></w:r></w:p></w:body></w:document>"
    )

    assert refusal(changed(SOUND, {part: markup.encode(encoding)})) == archives.MARKUP


def test_hostile_nesting_is_refused_or_left_out_in_time():
    deep = "<w:sdt><w:sdtContent>" * 5000 + "<w:p/>" + "</w:sdtContent></w:sdt>" * 5000
    nested = f'<w:document xmlns:w="{W}"><w:body>{deep}</w:body></w:document>'

    refusal(changed(SOUND, {"word/document.xml": nested.encode()}))


def test_hostile_names_of_parts_are_never_paths():
    content = changed(SOUND, {"../../../../tmp/evil": b"x", "/etc/evil": b"x"})

    assert len(reading.read_in_child("de.docx", content).questions) == 2


def test_hostile_picture_relation_cannot_leave_the_archive():
    paper = papers.document(["Câu 1. Hình nào?", "A. Một", "*B. Hai"])
    paper.paragraphs[0].add_run().add_picture(picture())
    content = changed(
        papers.written(paper),
        {
            "word/_rels/document.xml.rels": lambda old: old.replace(
                b"media/image1.png", b"../../../etc/passwd.png"
            )
        },
    )

    assert word.read(content).drafts()[0].media == ()


def test_hostile_macros_are_never_run_and_said():
    content = changed(SOUND, {"word/vbaProject.bin": b"\xd0\xcf\x11\xe0" + b"x" * 100})

    found = reading.read_in_child("de.docm", content)

    assert len(found.questions) == 2
    assert [message.code for message in found.messages] == ["macros"]


def test_hostile_damaged_stream_is_refused():
    from core import archives

    broken = bytearray(SOUND)
    place = broken.index(b"word/document.xml") + 60
    broken[place : place + 40] = bytes(40)

    assert refusal(bytes(broken)) == archives.DAMAGED


def test_hostile_picture_used_a_thousand_times_stays_bounded():
    rows = b"".join(b"\0" + zlib.crc32(struct.pack(">I", n)).to_bytes(4) * 300 for n in range(800))
    big = base64.b64decode(DOT) + rows
    paper = papers.document(["Câu 1. Hình nào?", "A. Một", "*B. Hai"])
    for _ in range(50):
        paper.paragraphs[0].add_run().add_picture(picture())
    content = changed(papers.written(paper), {"word/media/image1.png": big})

    (draft,) = word.read(content).drafts()

    assert sum(len(one["data"]) for one in draft.media) < 28 * 1024 * 1024


# --- Much text ----------------------------------------------------------------------------------


def test_read_three_hundred_questions_within_the_limits_of_the_child():
    blocks = []
    for number in range(300):
        blocks += [
            f"Câu {number + 1}. Buôn số {number} ở xã nào?",
            "A. Một",
            "**B. Hai**",
            "C. Ba",
            "D. Bốn",
        ]

    found = reading.read_in_child("de.docx", papers.docx(blocks))

    assert (len(found.questions), {told(draft)[2] for draft in found.questions}) == (300, {"B"})

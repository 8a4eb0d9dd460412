"""Packages of QTI: every file is read or named, and nothing that harms is opened."""

import base64
import io
import json
import time
import zipfile

import pytest

from core import archives
from core.archives import FileRefused
from questions.formats import qti, qti_package, qti_xml, reading
from tests.questions.formats.qti_samples import (
    V30,
    choice,
    codes,
    field12,
    item,
    item12,
    only,
    package,
    paper12,
    response,
    right12,
    said,
    stem12,
)

ITEM = "imsqti_item_xmlv2p1"
ESSAY = item12("essay_question", stem12("Trình bày.") + field12())


def asked(prompt="Tỉnh nào?", key="A", **attributes):
    return item(choice("Đắk Lắk", "Gia Lai", prompt=prompt), response(key), **attributes)


def stems(content):
    return [one.stem for one in qti.read(content).drafts()]


# --- Kinds --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    [
        asked(),
        b"\xef\xbb\xbf" + asked(),
        b"<!-- xin chao --><?x y?>\n" + asked().partition(b"?>\n")[2],
        asked().decode().replace("UTF-8", "UTF-16").encode("utf-16"),
        paper12(ESSAY),
        package({"i.xml": asked()}, [(ITEM, "i.xml")]),
        package({"i.xml": asked()}),
    ],
)
def test_a_file_is_told_by_its_content_and_read(content):
    assert reading.kind_of(content, "bin") == "qti"
    assert len(reading.read("tep.zip", content).questions) == 1


@pytest.mark.parametrize(
    "content", [b"<quiz><question/></quiz>", b"<html><body>assessmentItem</body></html>", b"a"]
)
def test_other_files_are_not_taken_for_qti(content):
    assert not qti.fits(content)


def test_a_file_in_an_old_encoding_is_read_as_it_says():
    content = asked("Café?").decode().replace("UTF-8", "ISO-8859-1")
    content = content.replace("Đắk Lắk", "m").replace("Câu một", "x").replace("Tỉnh", "")

    assert only(content.encode("latin-1")).stem == "Café?"


def test_names_of_html_that_xml_does_not_know_are_read():
    assert only(asked("Caf&eacute;&nbsp;&ldquo;A&rdquo;?")).stem == "Café “A”?"


# --- Manifest -----------------------------------------------------------------------------------


def test_items_come_in_the_order_of_the_manifest():
    files = {"a.xml": asked("Một?"), "b/b.xml": asked("Hai?"), "c.xml": asked("Ba?")}

    content = package(files, [(ITEM, "c.xml"), (ITEM, "a.xml"), (ITEM, "b/b.xml")])

    assert stems(content) == ["Ba?", "Một?", "Hai?"]


def test_a_file_that_is_missing_or_not_listed_is_named():
    files = {"a.xml": asked("Một?"), "c.xml": asked("Ba?")}

    content = package(files, [(ITEM, "a.xml"), (ITEM, "b.xml")])

    assert stems(content) == ["Một?"]
    assert said(content) == [
        "File “b.xml”: it is in the list of the package, but not in the package.",
        "File “c.xml”: it is not in the list of the package and was left out.",
    ]


def test_a_package_without_a_list_is_read_as_a_whole():
    content = package({"b.xml": asked("Hai?"), "a.xml": asked("Một?")})

    assert stems(content) == ["Một?", "Hai?"]
    assert codes(content) == ["no-manifest"]


def test_a_package_in_a_folder_is_found():
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr(
            "goi/imsmanifest.xml",
            f'<manifest><resources><resource type="{ITEM}" href="i.xml"/></resources></manifest>',
        )
        archive.writestr("goi/i.xml", asked("Một?"))
        archive.writestr("__MACOSX/goi/i.xml", b"x")

    assert stems(target.getvalue()) == ["Một?"]


def test_a_damaged_item_is_named_and_the_others_are_read():
    files = {"a.xml": b"\x00\x01 no xml", "b.xml": asked("Hai?")}

    content = package(files, [(ITEM, "a.xml"), (ITEM, "b.xml")])

    assert stems(content) == ["Hai?"]
    assert codes(content) == ["unreadable-file"]


def test_an_item_that_is_not_sound_is_read_as_far_as_possible_and_says_so():
    content = asked().replace(b"</itemBody>", b"<p>x</b></itemBody>")

    assert only(content).key == (0,)
    assert "mended" in codes(content)


def test_sections_of_a_test_are_topics():
    test = (
        '<assessmentTest identifier="t" title="T"><testPart identifier="p">'
        '<assessmentSection identifier="s" title="Công khai thủ tục">'
        '<assessmentItemRef identifier="i" href="items/a.xml"/></assessmentSection>'
        '<assessmentSection identifier="s2" title="Section 2">'
        '<assessmentItemRef identifier="j" href="items/b.xml"/></assessmentSection>'
        "</testPart></assessmentTest>"
    ).encode()
    files = {"items/a.xml": asked("Một?"), "items/b.xml": asked("Hai?"), "test.xml": test}

    content = package(
        files, [(ITEM, "items/a.xml"), (ITEM, "items/b.xml"), ("imsqti_test_xmlv2p1", "test.xml")]
    )

    assert [one.topic for one in qti.read(content).drafts()] == ["Công khai thủ tục", ""]


@pytest.mark.parametrize(
    ("reference", "stimulus"),
    [
        (
            '<assessmentStimulusRef identifier="s" href="../s/s.xml"/>',
            "<assessmentStimulus><stimulusBody><p>Đoạn văn.</p></stimulusBody>"
            "</assessmentStimulus>",
        ),
        (
            '<qti-assessment-stimulus-ref identifier="s" href="../s/s.xml"/>',
            f'<qti-assessment-stimulus xmlns="{V30}"><qti-stimulus-body><p>Đoạn văn.</p>'
            "</qti-stimulus-body></qti-assessment-stimulus>",
        ),
    ],
)
def test_a_stimulus_is_the_passage_of_its_items(reference, stimulus):
    one = asked().replace(b"<itemBody>", f"{reference}<itemBody>".encode())
    files = {"i/a.xml": one, "s/s.xml": stimulus}

    content = package(files, [(ITEM, "i/a.xml"), ("imsqti_stimulus_xmlv2p2", "s/s.xml")])

    assert only(content).passage == "Đoạn văn."


def test_the_same_test_of_canvas_is_read_once_in_its_fuller_form():
    full = paper12(ESSAY, ESSAY.replace('ident="q1"', 'ident="q2"'))
    files = {"a1/assessment_qti.xml": paper12(ESSAY), "non_cc_assessments/a1.xml.qti": full}

    content = package(
        files,
        [
            ("imsqti_xmlv1p2/imscc_xmlv1p1/assessment", "a1/assessment_qti.xml"),
            ("associatedcontent/imscc_xmlv1p1/x", "non_cc_assessments/a1.xml.qti"),
        ],
    )

    assert len(stems(content)) == 2
    assert "same-test" in codes(content)


# --- Media --------------------------------------------------------------------------------------


def test_pictures_and_sounds_of_the_package_come_along():
    body = (
        '<p><img src="hinh/ban%20do.png" alt="Bản đồ"/>'
        '<object data="a.mp3" type="audio/mpeg">Lời</object></p>'
        + choice('<img src="hinh/ban%20do.png" alt="Cờ"/>', "Gia Lai")
    )
    files = {"i.xml": item(body, response("A")), "hinh/ban do.png": b"PNG", "a.mp3": b"ID3"}

    found = only(package(files, [(ITEM, "i.xml")]))

    assert found.options == ("Cờ", "Gia Lai")
    assert sorted((one["name"], one["at"], one["alt"]) for one in found.media) == [
        ("a.mp3", "stem", "Lời"),
        ("ban do.png", "a", "Cờ"),
        ("ban do.png", "stem", "Bản đồ"),
    ]


def test_pictures_of_canvas_lie_where_it_puts_them():
    markup = "&lt;p&gt;Xem &lt;img src='$IMS-CC-FILEBASE$/a/b.png' alt='B'&gt;&lt;/p&gt;"
    files = {
        "t.xml": paper12(item12("essay_question", stem12(markup) + field12())),
        "web_resources/a/b.png": b"PNG",
    }

    found = only(package(files, [("imsqti_xmlv1p2", "t.xml")]))

    assert [(one["name"], one["data"]) for one in found.media] == [
        ("b.png", base64.b64encode(b"PNG").decode())
    ]


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("mat.png", "the file “mat.png” that belongs here is not in the package."),
        ("https://x.vn/a.png", "“a.png” stands on another server and was left out."),
        ("../../etc/passwd", "the file “passwd” that belongs here is not in the package."),
        ("x.svg", "“x.svg” is neither a picture nor a sound that is known, and was left out."),
    ],
)
def test_media_that_cannot_come_along_are_named(source, words):
    body = f'<p>Xem <img src="{source}" alt=""/></p>' + choice("m", "n")
    files = {"i.xml": item(body, response("A")), "x.svg": b"<svg/>"}

    assert said(package(files, [(ITEM, "i.xml")])) == [f"“Câu một” in i.xml: {words}"]


def test_a_picture_inside_the_text_is_kept():
    data = base64.b64encode(b"PNG").decode()
    body = f'<p><img src="data:image/png;base64,{data}" alt="A"/></p>' + choice("m", "n")

    assert [one["data"] for one in only(item(body, response("A"))).media] == [data]


# --- Hostile ------------------------------------------------------------------------------------

BOMB = (
    '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1 if n else chr(32)};" * 10}">' for n in range(9))
    + "]>"
)
XXE = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize("prolog", [BOMB, XXE])
def test_declared_entities_are_refused_by_name(prolog):
    content = prolog.encode() + asked("&x;").partition(b"?>\n")[2]

    with pytest.raises(FileRefused) as refused:
        qti.read(content)

    assert refused.value.message == archives.MARKUP


def test_declared_entities_in_an_item_of_a_package_are_named():
    bad = XXE.encode() + asked("&x;").partition(b"?>\n")[2]

    content = package({"a.xml": bad, "b.xml": asked("Hai?")}, [(ITEM, "a.xml"), (ITEM, "b.xml")])

    assert stems(content) == ["Hai?"]
    assert codes(content) == ["unreadable-file"]


def test_a_declaration_without_entities_is_ignored():
    declared = (
        '<?xml version="1.0"?><!DOCTYPE questestinterop SYSTEM "ims_qtiasiv1p2.dtd" ['
        "<!ELEMENT x (y+)> <!ATTLIST x z (a|b) 'a'>]>"
    )

    content = declared.encode() + paper12(ESSAY).partition(b"?>\n")[2]

    assert stems(content) == ["Trình bày."]


def test_an_include_of_another_file_is_not_followed():
    body = '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="/etc/passwd"/>'

    content = item(body + choice("m", "n"), response("A"))

    assert "root:" not in str(only(content))
    assert codes(content) == ["media-missing"]


def test_a_passage_that_is_included_from_the_package_is_read():
    body = '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="p.xml"/>'
    files = {
        "i.xml": item(body + choice("m", "n"), response("A")),
        "p.xml": "<div><p>Đoạn <b>văn</b>.</p></div>",
    }

    assert only(package(files, [(ITEM, "i.xml")])).passage == "Đoạn văn."


def test_deep_nesting_is_refused():
    content = asked().replace(b"<itemBody>", b"<itemBody>" + b"<div>" * 20_000)

    with pytest.raises(FileRefused) as refused:
        qti.read(content)

    assert refused.value.message == qti_xml.TOO_DEEP


def test_deep_html_in_a_question_is_read_within_a_second():
    deep = stem12("&lt;div&gt;" * 50_000 + "Sâu")
    begun = time.monotonic()

    qti.read(paper12(item12("essay_question", deep + field12())))

    assert time.monotonic() - begun < 5


@pytest.mark.parametrize("name", ["../a.xml", "/etc/a.xml", "a/../../b.xml", "C:\\a.xml"])
def test_paths_that_lead_out_are_refused(name):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("imsmanifest.xml", "<manifest/>")
        archive.writestr(name, asked())

    with pytest.raises(FileRefused) as refused:
        qti.read(target.getvalue())

    assert refused.value.message == qti_package.OUTSIDE


def test_links_are_refused():
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("imsmanifest.xml", "<manifest/>")
        link = zipfile.ZipInfo("a.xml")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")

    with pytest.raises(FileRefused) as refused:
        qti.read(target.getvalue())

    assert refused.value.message == qti_package.OUTSIDE


def test_a_bomb_is_refused():
    content = package({"i.xml": b"0" * (60 * archives.MEGABYTE)}, [(ITEM, "i.xml")])

    with pytest.raises(FileRefused) as refused:
        qti.fits(content)

    assert refused.value.message == archives.TOO_DENSE


@pytest.mark.parametrize("root", ["manifest", "assessmentTest"])
def test_a_list_alone_is_refused_with_advice(root):
    content = f"<{root} xmlns='http://x'/>".encode()

    if root == "assessmentTest":
        with pytest.raises(FileRefused) as refused:
            qti.read(content)
        assert refused.value.message == qti.TEST_ALONE
    else:
        assert not qti.fits(content)


# --- Our own files, edited ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "kept",
    [
        "{", "[]", "null", '{"type": "essay"}', '{"type": "x"}', '{"type": []}',
        json.dumps({"type": "multiple_choice", "scoring": "weights", "weight": ["x"]}),
        json.dumps({"type": "single_choice", "pinned": [1, 2, 3], "feedback": {}}),
        "[" * 5000,
    ],
)  # fmt: skip
def test_what_stands_beside_a_question_cannot_break_it(kept):
    beside = kept.replace("&", "&amp;").replace('"', "&quot;")
    content = asked().replace(b"<itemBody>", f'<itemBody data-chungtay="{beside}">'.encode())

    found = only(content)

    assert (found.options, found.key) == (("Đắk Lắk", "Gia Lai"), (0,))


def test_a_whole_course_is_read_quickly():
    items = [item12("multiple_choice_question", stem12(f"Câu {n}?") + field12(), right12("a"),
                    ident=f"q{n}") for n in range(1500)]  # fmt: skip
    begun = time.monotonic()

    assert len(qti.read(paper12(*items)).drafts()) == 1500
    assert time.monotonic() - begun < 20

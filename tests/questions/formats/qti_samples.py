"""Items as other systems write them: made for these tests, in the manner of each."""

import io
import zipfile

from core.saying import told
from questions.formats import qti
from questions.rules import drafting

V21 = "http://www.imsglobal.org/xsd/imsqti_v2p1"
V22 = "http://www.imsglobal.org/xsd/imsqti_v2p2"
V30 = "http://www.imsglobal.org/xsd/imsqtiasi_v3p0"
V12 = "http://www.imsglobal.org/xsd/ims_qtiasiv1p2"
TEMPLATE = "http://www.imsglobal.org/question/qti_v2p1/rptemplates/"


def item(body, declarations="", processing="match_correct", after="", **attributes):
    """A QTI 2.1 item; `processing` is a template or the steps themselves."""
    said = " ".join(f'{name}="{value}"' for name, value in attributes.items())
    steps = (
        f'<responseProcessing template="{TEMPLATE}{processing}"/>'
        if processing.isidentifier()
        else processing
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<assessmentItem xmlns="{V21}"'
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
        f' xsi:schemaLocation="{V21} http://www.imsglobal.org/xsd/imsqti_v2p1.xsd"'
        f' identifier="i1" title="Câu một" timeDependent="false" {said}>{declarations}'
        '<outcomeDeclaration identifier="SCORE" cardinality="single" baseType="float"/>'
        f"<itemBody>{body}</itemBody>{steps}{after}</assessmentItem>"
    ).encode()


def response(*correct, cardinality="single", base="identifier", mapping="", ident="RESPONSE"):
    values = "".join(f"<value>{value}</value>" for value in correct)
    declared = f"<correctResponse>{values}</correctResponse>" if correct else ""
    return (
        f'<responseDeclaration identifier="{ident}" cardinality="{cardinality}"'
        f' baseType="{base}">{declared}{mapping}</responseDeclaration>'
    )


def mapped(default="0", **worth):
    entries = "".join(
        f'<mapEntry mapKey="{key}" mappedValue="{value}"/>' for key, value in worth.items()
    )
    return f'<mapping defaultValue="{default}">{entries}</mapping>'


def choices(*texts, name="simpleChoice"):
    return "".join(
        f'<{name} identifier="{letter}">{text}</{name}>'
        for letter, text in zip("ABCDEFGHIJKLMNOP", texts, strict=False)
    )


def choice(*texts, prompt="Tỉnh nào?", most="1"):
    return (
        f'<choiceInteraction responseIdentifier="RESPONSE" shuffle="true" maxChoices="{most}">'
        f"<prompt>{prompt}</prompt>{choices(*texts)}</choiceInteraction>"
    )


# --- QTI 1.2 ------------------------------------------------------------------------------------


def paper12(*items, title="Kiểm tra", section="root_section", name=""):
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<questestinterop xmlns="{V12}">'
        f'<assessment ident="a1" title="{title}"><section ident="{section}" title="{name}">'
        f"{''.join(items)}</section></assessment></questestinterop>"
    ).encode()


def item12(kind, presentation, conditions="", feedback="", ident="q1", **fields):
    fields = {"question_type": kind, "points_possible": "1.0"} | fields
    listed = "".join(
        f"<qtimetadatafield><fieldlabel>{label}</fieldlabel><fieldentry>{entry}</fieldentry>"
        "</qtimetadatafield>"
        for label, entry in fields.items()
        if entry
    )
    return (
        f'<item ident="{ident}" title="Question"><itemmetadata><qtimetadata>{listed}'
        f"</qtimetadata></itemmetadata><presentation>{presentation}</presentation>"
        '<resprocessing><outcomes><decvar maxvalue="100" minvalue="0" varname="SCORE"/></outcomes>'
        f"{conditions}</resprocessing>{feedback}</item>"
    )


def stem12(text):
    return f'<material><mattext texttype="text/html">{text}</mattext></material>'


def labels12(*listed, cardinality="Single", ident="response1", words="", more=""):
    own = f"<material><mattext>{words}</mattext></material>" if words else ""
    labels = "".join(
        f'<response_label ident="{name}" {more}><material><mattext texttype="text/plain">{text}'
        "</mattext></material></response_label>"
        for name, text in listed
    )
    return (
        f'<response_lid ident="{ident}" rcardinality="{cardinality}">{own}<render_choice>{labels}'
        "</render_choice></response_lid>"
    )


def field12(ident="response1", fibtype=""):
    kind = f'fibtype="{fibtype}"' if fibtype else ""
    return (
        f'<response_str ident="{ident}" rcardinality="Single"><render_fib {kind}>'
        f'<response_label ident="answer1"/></render_fib></response_str>'
    )


def right12(*values, ident="response1", worth="100", action="Set"):
    tests = "".join(f'<varequal respident="{ident}">{value}</varequal>' for value in values)
    return when12(tests, worth, action)


def when12(tests, worth="100", action="Set"):
    return (
        f'<respcondition continue="No"><conditionvar>{tests}</conditionvar>'
        f'<setvar action="{action}" varname="SCORE">{worth}</setvar></respcondition>'
    )


def feedback12(ident, text):
    return (
        f'<itemfeedback ident="{ident}"><flow_mat><material><mattext texttype="text/html">{text}'
        "</mattext></material></flow_mat></itemfeedback>"
    )


# --- Packages -----------------------------------------------------------------------------------


def package(files, resources=None, more=""):
    """A zip of these files; `resources` are (type, href) of the manifest, in its order."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        if resources is not None:
            listed = "".join(
                f'<resource identifier="r{n}" type="{kind}" href="{href}"><file href="{href}"/>'
                f"{more}</resource>"
                for n, (kind, href) in enumerate(resources)
            )
            manifest = (
                '<manifest xmlns="http://www.imsglobal.org/xsd/imscp_v1p1" identifier="m">'
                f"<organizations/><resources>{listed}</resources></manifest>"
            )
            archive.writestr("imsmanifest.xml", manifest)
        for name, content in files.items():
            archive.writestr(name, content)
    return target.getvalue()


# --- What is read -------------------------------------------------------------------------------


def only(content):
    """The one question of a file."""
    (found,) = qti.read(content).drafts()
    return found


def content_of(content):
    return drafting.content(only(content))


def said(content):
    """What is said about a file, in English."""
    return [
        told(message.sentence(), lambda text: text, str) for message in qti.read(content).messages
    ]


def codes(content):
    return sorted({message.code for message in qti.read(content).messages})

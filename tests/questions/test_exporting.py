"""What goes out to a spreadsheet comes in again as it was."""

from sqlalchemy import select

from core import jobs, sheets
from core.db import db
from questions import browsing, exporting, importing, stocking
from questions.jobs import exports
from questions.models import Item
from tests import factories


def said(item):
    version = item.current
    return (
        item.type,
        item.difficulty,
        item.topic_id,
        version.stem,
        [option["text"] for option in version.content["options"]],
        version.content["key"],
        version.explanation,
        version.document_id,
        version.clause,
        version.quote,
    )


def test_workbook_when_read_in_again_then_the_items_say_the_same(app, noon):
    bank = stocking.stock(at=noon)
    other, owner = factories.bank(title="Bản sao"), factories.account()
    content = exporting.write("xlsx", browsing.all_items(bank.id), bank.title).content

    importing.write(owner, importing.stage(owner, other, "xuat.xlsx", content, at=noon), at=noon)

    before = [said(item) for item in browsing.all_items(bank.id)]
    after = [said(item) for item in browsing.all_items(other.id)]
    assert len(after) == len(before)
    assert [pair for pair in zip(before, after, strict=True) if pair[0] != pair[1]] == []


def test_workbook_when_a_text_begins_like_a_formula_then_it_stays_text(app):
    bank = factories.bank()
    factories.item(bank, stem='=HYPERLINK("http://x","y")')

    content = exporting.write("xlsx", browsing.all_items(bank.id), bank.title).content

    row = sheets.read_xlsx(content)[0].rows[1]
    assert row[1].text == '=HYPERLINK("http://x","y")'


def test_queue_when_a_job_writes_the_bank_then_the_file_waits_in_the_instance(app, noon):
    bank, owner = factories.bank(), factories.account()
    factories.item(bank)

    public_id = exporting.queue(owner, bank, at=noon)
    jobs.run_next(at=noon)

    db.session.rollback()
    done = jobs.owned(public_id, owner.id)
    assert (done.state, done.result["items"]) == (jobs.JobState.DONE, 1)
    content = (exports() / done.result["file"]).read_bytes()
    assert sheets.read_xlsx(content)[0].rows[1][0].text == db.session.scalar(select(Item.code))

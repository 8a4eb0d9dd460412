"""What may be sent about each type of question: one module a type, or a family of them."""

from collections.abc import Mapping

from questions.forms.types.cloze import ClozeForm
from questions.forms.types.essay import EssayForm
from questions.forms.types.lists import MatchingForm, OrderingForm, StatementsForm
from questions.forms.types.optional import MultipleForm, SingleForm, TrueFalseForm
from questions.forms.types.rows import TypeForm
from questions.forms.types.typed import NumericForm, ShortAnswerForm
from questions.models import ItemType

FORMS: Mapping[ItemType, type[TypeForm]] = {
    ItemType.SINGLE_CHOICE: SingleForm,
    ItemType.MULTIPLE_CHOICE: MultipleForm,
    ItemType.TRUE_FALSE: TrueFalseForm,
    ItemType.STATEMENTS: StatementsForm,
    ItemType.MATCHING: MatchingForm,
    ItemType.ORDERING: OrderingForm,
    ItemType.SHORT_ANSWER: ShortAnswerForm,
    ItemType.NUMERIC: NumericForm,
    ItemType.CLOZE: ClozeForm,
    ItemType.ESSAY: EssayForm,
}

"""What writing questions to a file yields: the file, and what it could not carry."""

from dataclasses import dataclass

from questions.rules.drafting import Message


@dataclass(frozen=True, slots=True)
class Written:
    """A file of questions. `messages` name each question that was left out or lost something.

    Every module that writes a format has `write(drafts, title)`, which returns one, and
    `lost(draft)`, which says beforehand what the format cannot carry of a question.
    """

    content: bytes
    messages: tuple[Message, ...] = ()

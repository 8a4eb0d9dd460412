"""One question of a paper while it is read: its stem, its options, its key, what is said of it."""

from dataclasses import dataclass, field

from core.saying import Sentence
from core.text import N_, fold
from questions.formats import grammar, labelled, parts, verdicts
from questions.formats.styled import EMPTY, Line
from questions.rules.drafting import WARNING
from questions.rules.settling import Note

_COMPLETE = 2
_LONGEST_TYPED = 200


@dataclass(slots=True)
class Choice:
    """An option as it stands: its letter, the look of letter and text, and typed signs."""

    letter: str
    label: Line
    text: Line
    kind: str
    signs: set[str] = field(default_factory=set)
    more: list[str] = field(default_factory=list)
    verdict: str = ""


@dataclass(slots=True)
class Open:
    """The question that is being read."""

    number: int | None
    level: str = ""
    topic: str = ""
    body: list[Line] = field(default_factory=list)
    stem: list[Line] = field(default_factory=list)
    choices: list[Choice] = field(default_factory=list)
    tail: list[Line] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    explanation: list[str] = field(default_factory=list)
    fields: dict[str, str] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    passage: str = ""
    mode: str = "stem"
    counted: int = 0
    pictures: list[int] = field(default_factory=list)
    formulas: int = 0
    begins_part: bool = False
    after_key: bool = False
    # What the part of the paper announces, and the type that a line of the question names.
    part_kind: str = ""
    form: str = ""
    labels: list[labelled.Label] = field(default_factory=list)
    # An answer in words or figures, and the verdicts on statements, by letter.
    typed: list[str] = field(default_factory=list)
    typed_lines: list[Line] = field(default_factory=list)
    judged: verdicts.Verdicts = field(default_factory=dict)
    is_sampled: bool = False

    @property
    def is_complete(self) -> bool:
        """Say whether it has options enough, or its key already."""
        has_key = bool(self.said or self.typed or self.form)
        needs_none = self.part_kind in (parts.ESSAY, parts.SHORT) and bool(self.stem)
        return len(self.choices) >= _COMPLETE or has_key or needs_none

    def see(self, line: Line) -> None:
        """Count the pictures and formulas that hang on a line of the question."""
        self.pictures += line.pictures
        self.formulas += line.formulas

    def without_answer(self, line: Line) -> Line:
        """Return a line without “Đáp án: B” at its end, which is kept as the key."""
        found = grammar.trailing_answer(line.text) if line.quoted is None else None
        if found is None:
            return line
        key = grammar.keys(found[1])
        self.said += [key[0]] if key else []
        return line.cut(0, found[0])

    def takes(self, line: Line) -> bool:
        """Take a line that says the key, the explanation or a field; say whether it was one."""
        if not (self.choices or self.stem):
            return False
        says_key = self._labels(line.words) or self._judges(line.words) or self.answers(line.words)
        return says_key or self._is_typed(line) or self._explains(line) or self._fills(line.words)

    def _explains(self, line: Line) -> bool:
        start = grammar.explanation(line.words)
        if start is None:
            return False
        if self.choices and not self.is_complete and start == len(line.words):
            return False
        self.is_sampled |= not self.choices and grammar.is_sample(line.words)
        self.explain(line.words[start:], is_quoted=line.quoted is not None)
        return True

    def _fills(self, text: str) -> bool:
        found = grammar.field(text)
        if found is None or not self.is_complete:
            return False
        self.fields[found[0]] = found[1]
        self.mode = "answered"
        return True

    def _labels(self, text: str) -> bool:
        """Take a line “Dạng: …”, or once there was one, what it says for its type."""
        form = labelled.type_of(text) if not self.form else None
        if form is not None:
            self.form, self.mode = form, "labelled"
            return True
        rest = grammar.answer(text) if self.form in ("short_answer", "numeric") else None
        label = ("Chấp nhận", "", "", rest) if rest else labelled.line(text)
        if not self.form or label is None:
            return False
        self._settle_tail()
        self.labels.append(label)
        self.mode = "labelled"
        return True

    def _judges(self, text: str) -> bool:
        """Take a line “a) Đúng. Vì …” after the statements; say whether it was one."""
        if not self.choices or self.mode not in ("awaited", "answered", "explanation"):
            return False
        found = verdicts.of_line(text)
        row = verdicts.row(text) if self.mode == "awaited" else {}
        if not row and (found is None or not self._is_of_statements()):
            return False
        if row:
            self.judged |= row
        elif found is not None:
            self.judged.setdefault(found[0], found[1])
            self.explanation += [text] if found[2] or self.mode == "explanation" else []
        return True

    def _is_of_statements(self) -> bool:
        return self.part_kind == parts.STATEMENTS or self.choices[0].kind[0] == "a"

    def _is_typed(self, line: Line) -> bool:
        """Take “Đáp án: 12,5” of a question that has no options; say whether it was one."""
        rest = None if self.choices else grammar.typed_answer(line.words)
        is_sample = self.is_sampled or self.part_kind == parts.ESSAY
        if not rest or is_sample or len(rest) > _LONGEST_TYPED:
            return False
        self.typed.append(rest)
        self.typed_lines.append(line)
        self.mode = "answered"
        return True

    def quote(self, line: Line) -> None:
        """Take a line that is words for their own sake: it goes on with what was begun last."""
        if self.mode == "labelled" and self.labels:
            name, at, note, text = self.labels[-1]
            self.labels[-1] = (name, at, note, f"{text}\n{line.words}")
        elif self.mode in ("explanation", "answered"):
            self.explanation.append(line.words)
        elif self.mode == "options" and self.choices:
            self.choices[-1].more.append("\n" + line.words)
        else:
            self.stem.append(line)

    def explain(self, text: str, *, is_quoted: bool = False) -> None:
        """Begin the explanation; it may begin with the key."""
        self._settle_tail()
        self.mode = "explanation"
        if text and (is_quoted or not self.answers(text)):
            self.explanation.append(text)

    def answers(self, text: str) -> bool:
        """Take a line that says the key; say whether it was one."""
        rest = grammar.answer(text)
        if rest is None:
            return False
        if not rest:
            self.mode = "awaited" if self.is_complete else self.mode
            return self.is_complete
        row = verdicts.row(rest) if self.choices else {}
        if row and len(row) == len(self.choices):
            self._settle_tail()
            self.judged, self.mode = row, "answered"
            return True
        key, more = self._key_of(rest)
        if not key:
            return False
        self._settle_tail()
        self.said.append(key)
        if self.mode != "explanation":
            self.mode = "answered"
        self._rest_of_answer(key, more)
        return True

    def _key_of(self, rest: str) -> tuple[str, str]:
        """Return the key that the rest of an answer line says, and what follows it."""
        letters = grammar.keys(rest) if self.form and self.choices else None
        if letters:
            return letters
        texts = [choice.text.words for choice in self.choices]
        truth = grammar.truth(rest)
        options_are_truths = [fold(text) for text in texts] == ["dung", "sai"]
        if truth is not None and (not texts or options_are_truths):
            return "Đúng" if truth else "Sai", ""
        whole = next((text for text in texts if fold(text) == fold(rest)), None)
        if whole:
            return whole, ""
        found = grammar.keys(rest)
        if found:
            return found
        digit = rest.strip(" .")
        is_place = digit.isdecimal() and 1 <= int(digit[:2]) <= len(texts)
        return (self.choices[int(digit) - 1].letter, "") if is_place else ("", "")

    def _rest_of_answer(self, key: str, more: str) -> None:
        texts = {choice.letter: choice.text.words for choice in self.choices}
        if not more or fold(more).rstrip(".") == fold(texts.get(key, "")).rstrip("."):
            return
        start = grammar.explanation(more)
        self.mode = "explanation"
        self.explanation.append(more[start:] if start is not None else more)

    def demote(self) -> None:
        """Take what looked like options for a list within the stem."""
        self.stem, self.choices, self.tail = list(self.body), [], []
        self.mode = "stem"

    def choose(self, line: Line, label: grammar.Label, end: int) -> None:
        """Take an option: the part of a line from its letter to `end`."""
        if self.typed and not self.choices:
            # What looked like an answer in words stands before options: it is stem.
            self.stem += self.typed_lines
            self.typed, self.typed_lines = [], []
        self._join_tail()
        choice = Choice(label.letter, line.cut(label.start, label.end), EMPTY, label.kind)
        text = line.cut(label.end, end)
        found = grammar.verdict(text.text) if line.quoted is None else None
        if found is not None and text.text[: found[0]].strip():
            choice.verdict = text.text[found[0] :].strip()
            choice.signs.add("true" if found[1] else "false")
            text = text.cut(0, found[0])
        star = grammar.last_star(text.text) if line.quoted is None else None
        if label.is_starred or star is not None:
            choice.signs.add("star")
        choice.text = text.cut(0, star)
        self.body.append(line.cut(label.start, end))
        self.choices.append(choice)
        self.mode = "options"

    def _awaited(self, line: Line) -> None:
        key, more = self._key_of(line.words)
        self.mode = "answered" if key else "explanation"
        if key:
            self.said.append(key)
        else:
            self.explanation.append(line.words)
        self._rest_of_answer(key, more)

    def _join_tail(self) -> None:
        """Let lines after an option, with another option to come, belong to the first."""
        if self.choices:
            self.choices[-1].more += [line.words for line in self.tail]
            self.tail = []

    def add(self, line: Line, *, is_numbered: bool) -> None:
        """Take a line that announces nothing: it belongs to what was begun last."""
        self.body.append(line)
        if self.mode == "stem":
            listed = grammar.heading(line.text)
            self.counted = listed.number if listed else self.counted
            self.stem.append(line)
        elif self.mode == "awaited":
            self._awaited(line)
        elif self.mode == "explanation" and is_numbered and not _is_passage(line):
            self.explanation.append(line.words)
        elif self.mode == "labelled" and self.labels and not self.choices:
            self.quote(line)
        elif self.choices and not self.choices[-1].text.text.strip():
            self.choices[-1].text = line
        else:
            self.tail.append(line)

    def finish(self) -> list[Line]:
        """Give each line after the options its place; return those that begin a passage."""
        tail, self.tail = self.tail, []
        begins = next((n for n, line in enumerate(tail) if grammar.passage(line.words)), len(tail))
        for line in tail[:begins]:
            self._attach(line)
        return tail[begins:]

    def _settle_tail(self) -> None:
        """Give lines after the options their place before the key or explanation is taken."""
        tail, self.tail = self.tail, []
        for line in tail:
            self._attach(line)

    def _attach(self, line: Line) -> None:
        words = {"text": line.words[:200]}
        if not line.words:
            return
        if self.mode == "answered" and not line.follows_blank:
            self.explanation.append(line.words)
        elif self.mode == "options" and self.choices and not line.follows_blank:
            self.choices[-1].more.append(line.words)
            if not line.words[:1].islower():
                note = Sentence(N_("this line was joined to the last option: “%(text)s”."), words)
                self.notes.append((WARNING, "joined-line", note))
        else:
            note = Sentence(N_("this text after it was left out: “%(text)s”."), words)
            self.notes.append((WARNING, "left-out", note))


def _is_passage(line: Line) -> bool:
    return grammar.passage(line.words) and grammar.span([line.words]) is not None

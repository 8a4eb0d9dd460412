"""A question paper read line by line: where questions, options, keys and explanations begin."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from core.saying import Sentence
from core.text import N_
from questions.formats import answers, grammar, parts, verdicts
from questions.formats.asking import Open
from questions.formats.outlook import Item, KeyTable, Outlook
from questions.formats.styled import EMPTY, Line
from questions.rules.drafting import INFO, WARNING
from questions.rules.settling import Note

_LONGEST_TITLE = 150
_LONGEST_QUOTE = 200
_WIDEST_GAP = 3


@dataclass(slots=True)
class Entry:
    """What the part after the questions says about one of them."""

    number: int
    key: str = ""
    explanation: list[str] = field(default_factory=list)


class Paper:
    """One reading of a paper, from its first item to its last."""

    def __init__(self, items: Sequence[Item]) -> None:
        self.items = items
        self.ahead = Outlook(items)
        self.done: list[Open] = []
        self.open: Open | None = None
        self.topic = ""
        self.begins_part = False
        self.part_kind = ""
        self.loose: list[Line] = []
        self.passage: list[str] = []
        self.span: tuple[int, int] | None = None
        self.in_key = False
        self.pairs: list[answers.Pair] = []
        self.entries: list[Entry] = []
        self.notes: list[Note] = []

    def read(self) -> None:
        """Read all items."""
        for place, item in enumerate(self.items):
            if isinstance(item, KeyTable):
                self._take_keys(item.pairs)
                continue
            begins = self._begins(place)
            if self.open is not None and not begins:
                self.open.see(item)
            if item.is_quoted:
                self._quote(item)
            elif item.text.strip() and not self._is_mark(place, item):
                self._take(place, item, begins=begins)
        self.close()
        self._say_loose()

    def close(self) -> None:
        """End the open question."""
        if self.open is not None:
            self.loose += self.open.finish()
            self.done.append(self.open)
            self.open = None

    # --- Lines about the paper ------------------------------------------------------------------

    def _is_mark(self, place: int, line: Line) -> bool:
        """Take a line that speaks of the paper, not of a question; say whether it was one."""
        if grammar.is_rule(line.text):
            return True
        if parts.is_tag(line.text):
            self.close()
            return True
        if self._is_keys(place):
            self._take_keys(answers.pairs(line.text))
            return True
        if grammar.is_end(line.text) or self._is_key_heading(place):
            self._take_keys(())
            return True
        return self._is_part(place, line) or self._is_instruction(line)

    def _is_keys(self, place: int) -> bool:
        text = self.ahead.text(place)
        if answers.is_list(text) or place in self.ahead.single_pairs:
            return self.open is None or self.open.is_complete
        return self.in_key and len(answers.pairs(text)) == 1

    def _is_key_heading(self, place: int) -> bool:
        text = self.ahead.text(place)
        if not grammar.is_key_heading(text):
            return False
        if self.open is None:
            return bool(self.done)
        is_last = self.ahead.is_before_keys(place) or grammar.is_loud(text)
        return self.open.is_complete and is_last

    def _take_keys(self, pairs: Sequence[answers.Pair]) -> None:
        self.close()
        self.pairs += pairs
        self.in_key = True

    def _is_part(self, place: int, line: Line) -> bool:
        is_free = self.open is None or self.open.is_complete
        is_title = parts.is_heading(line.text)
        if not is_free and not parts.has_word(line.text):
            return False
        is_loud = self.open is not None and grammar.is_title(line.text)
        if not is_title and (not is_loud or self.ahead.letters[place] is not None):
            return False
        if len(line.text) > _LONGEST_TITLE and not is_title:
            return False
        self.close()
        self.topic, self.begins_part = parts.title(line.words), True
        self.part_kind = parts.kind(line.words)
        self.passage, self.span = [], None
        if self.in_key:
            self.pairs.append((0, line.words))
            self.entries.append(Entry(0, line.words))
        return True

    def _is_instruction(self, line: Line) -> bool:
        """Take a line that tells the candidates what to do; say whether it was one."""
        if self.open is not None or not parts.is_instruction(line.text):
            return False
        self.part_kind = self.part_kind or parts.kind(line.text)
        return True

    def _quote(self, line: Line) -> None:
        if self.open is not None:
            self.open.quote(line)
        else:
            self.loose.append(line)

    # --- Lines of questions ---------------------------------------------------------------------

    def _take(self, place: int, line: Line, *, begins: bool) -> None:
        found = self.ahead.headings[place]
        if found and begins:
            self._start(line, found)
            rest = line.cut(found.start)
            if rest.is_quoted and self.open is not None:
                self.open.quote(rest)
            elif rest.text.strip():
                self._take_content(place, rest)
        elif self.in_key:
            self._take_entry(line, found)
        elif self.open is None or not self.open.takes(line):
            self._take_content(place, line)

    def _begins(self, place: int) -> bool:
        """Say whether the line at this place begins a question."""
        found = self.ahead.headings[place]
        if found is None or self._is_keys(place):
            return False
        if self.in_key:
            return self.ahead.asks_by_letter(place)
        if found.has_word:
            return True
        is_open = self.part_kind in (parts.ESSAY, parts.SHORT)
        if self.open is None:
            return is_open or (not self.ahead.has_words and self.ahead.asks(place))
        return self._goes_on(place, self.open, found)

    def _goes_on(self, place: int, one: Open, found: grammar.Heading) -> bool:
        """Say whether a bare number begins the next question, not a line of the open one."""
        follows = found.number == (one.number or 0) + 1
        if self.ahead.has_words:
            return follows and one.is_complete and self.ahead.asks(place)
        if not one.is_complete:
            return follows and not (one.counted and found.number == one.counted + 1)
        return follows or self.ahead.asks(place)

    def _start(self, line: Line, found: grammar.Heading | None) -> Open:
        self.close()
        one = Open(found.number if found else None, found.level if found else "", self.topic)
        one.after_key = bool(self.pairs or self.entries or self.in_key)
        one.begins_part, self.begins_part = self.begins_part, False
        one.part_kind = self.part_kind
        one.see(line)
        self.in_key = False
        self._take_loose(one)
        self.open = one
        return one

    def _take_content(self, place: int, line: Line) -> None:
        if self.open is not None:
            line = self.open.without_answer(line)
        chain = grammar.option_chain(line.text[: line.quoted], self.ahead.next_letter(place))
        one = self._asker(place, chain) if chain else None
        if one is None:
            self._take_text(line)
            return
        before = line.cut(0, chain[0].start)
        if before.text.strip():
            one.add(before, is_numbered=self.ahead.is_numbered)
        ends = [label.start for label in chain[1:]] + [len(line.text)]
        for label, end in zip(chain, ends, strict=True):
            one.choose(line, label, end)

    def _take_text(self, line: Line) -> None:
        if self.open is None:
            self.loose.append(line)
        else:
            self.open.add(line, is_numbered=self.ahead.is_numbered)

    def _asker(self, place: int, chain: list[grammar.Label]) -> Open | None:
        """Return the question whose options these are, or None where they are plain text."""
        letter, kind = chain[0].letter, chain[0].kind
        following = chain[1].letter if len(chain) > 1 else self.ahead.next_letter(place)
        if self.open is None or (self.open.choices and letter == "A"):
            return self._asker_anew(kind) if letter == "A" and following == "B" else None
        if self.open.mode == "explanation":
            return None
        if not self.open.choices:
            is_run = letter < "G" and following == chr(ord(letter) + 1)
            return self.open if letter == "A" or is_run else None
        last = self.open.choices[-1]
        step = ord(letter) - ord(last.letter)
        fits = kind[0] == last.kind[0] and 0 <= step <= _WIDEST_GAP
        return self.open if fits and (step > 0 or not self.open.tail) else None

    def _asker_anew(self, kind: str) -> Open | None:
        """Return the question that options begin for: the open one anew, or one unnumbered."""
        if self.open is None:
            is_known = self.loose or not self.ahead.is_numbered
            return self._start_unnumbered(_last_block(self.loose)) if is_known else None
        is_list = kind != self.open.choices[0].kind and not self.open.said
        if is_list and self.ahead.is_numbered:
            self.open.demote()
            return self.open
        if self.open.mode == "explanation" and self.ahead.is_numbered:
            return None
        stem, self.open.tail = self.open.tail, []
        return self._start_unnumbered(stem)

    def _start_unnumbered(self, stem: list[Line]) -> Open:
        if self.open is None:
            self.loose = []
        one = self._start(EMPTY, None)
        one.stem, one.body = list(stem), list(stem)
        if self.ahead.is_numbered:
            note = Sentence(N_("the question has no number."))
            one.notes.append((WARNING, "no-number", note))
        return one

    # --- Between questions ----------------------------------------------------------------------

    def _take_loose(self, one: Open) -> None:
        """Keep a passage that stands before the question that begins."""
        texts = [line.words for line in self.loose]
        begins = next((n for n, text in enumerate(texts) if grammar.passage(text)), None)
        if begins is not None:
            self.passage = [text for text in texts[begins:] if text]
            self.span = grammar.span(self.passage)
            self.passage = self.passage[1:] if grammar.is_lead(self.passage[0]) else self.passage
            one.pictures += [n for line in self.loose[begins:] for n in line.pictures]
        else:
            self._say_loose()
        self.loose = []
        number = one.number
        if self.span and number is not None and not self.span[0] <= number <= self.span[1]:
            return
        one.passage = "\n".join(self.passage)

    def _say_loose(self) -> None:
        """Name what stands between questions and belongs to none; titles go without saying."""
        if not self.done or self.in_key:
            return
        for line in self.loose:
            if not line.words:
                self.notes.append((INFO, "left-out", Sentence(N_("A picture was left out."))))
                continue
            text = {"text": line.words[:_LONGEST_QUOTE]}
            note = Sentence(N_("This text was left out: “%(text)s”."), text)
            self.notes.append((INFO, "left-out", note))

    # --- After the questions --------------------------------------------------------------------

    def _take_entry(self, line: Line, found: grammar.Heading | None) -> None:
        if found is not None:
            self.entries.append(Entry(found.number))
            line = line.cut(found.start)
        if self.entries:
            self._fill_entry(self.entries[-1], line.words)

    @staticmethod
    def _fill_entry(entry: Entry, text: str) -> None:
        rest = grammar.answer(text)
        row = verdicts.row(rest if rest is not None else text)
        if row and not entry.key:
            entry.key = verdicts.written(row)
            return
        key = grammar.keys(rest if rest is not None else text)
        if key and not entry.key and (rest is not None or not entry.explanation):
            entry.key, text = key
        text = text[grammar.explanation(text) or 0 :]
        if text:
            entry.explanation.append(text)


def _last_block(lines: list[Line]) -> list[Line]:
    """Return the lines after the last blank one, without titles."""
    begins = max((n for n, line in enumerate(lines) if line.follows_blank), default=0)
    block = [line for line in lines[begins:] if not grammar.is_loud(line.text)]
    return [line for line in block if not line.words.startswith("(")] or block

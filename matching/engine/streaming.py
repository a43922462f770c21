"""JSON read as it comes: an object whose long lists are taken entry by entry, so that neither the text nor all of its
values are ever in memory at once.

The text is decoded in pieces; each entry of a list is handed to the JSON decoder of the standard library with what
stands in the buffer, which is refilled when an entry may go on beyond it. Sentences and positions of faults are those
of `json.loads` on the whole text.
"""

import codecs
import json
import re
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

from .errors import BadProblem

PIECE = 2**16
"""Bytes read in one go."""
SPACE = re.compile(r"[ \t\n\r]*")
AFTER = frozenset(" \t\n\r,:]}")
"""What may come after a value."""


class Text:
    """The part of a text that is being read. `line` and `column` say where the buffer begins, both from one."""

    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        self._decode = codecs.getincrementaldecoder("utf-8-sig")()
        self.buffer, self.at = "", 0
        self.whole = False  # whether the end has been read
        self._line, self._column = 1, 1

    def more(self) -> bool:
        """Read on; False at the end."""
        if self.whole:
            return False
        self._drop()
        piece = self._source.read(max(PIECE, len(self.buffer)))  # twice as much each time that one entry needs more
        try:
            self.buffer += self._decode.decode(piece, final=not piece)
        except UnicodeDecodeError:
            raise BadProblem("The problem is not UTF-8 text.") from None
        self.whole = not piece
        return True

    def next(self) -> str:
        """The next character that is no space, not yet taken; nothing at the end."""
        while True:
            found = SPACE.match(self.buffer, self.at)
            self.at = found.end() if found else self.at
            if self.at < len(self.buffer):
                return self.buffer[self.at]
            if not self.more():
                return ""

    def take(self, character: str) -> bool:
        """Whether this character comes next; if so, it is taken."""
        if self.next() != character:
            return False
        self.at += 1
        return True

    def value(self, decoder: json.JSONDecoder) -> Any:
        """The next value, taken."""
        self.next()
        while True:
            try:
                value, end = decoder.raw_decode(self.buffer, self.at)
            except json.JSONDecodeError as error:
                if self.more():
                    continue
                raise self.fault(error.msg, error.pos) from None
            except RecursionError:
                raise BadProblem("The problem is nested too deeply.") from None
            if self.buffer[end : end + 1] in AFTER or not self.more():  # a number may go on
                self.at = end
                return value

    def fault(self, message: str, at: int | None = None) -> BadProblem:
        """The refusal of what stands there (or next), in the words of `json`."""
        before = self.buffer[: self.at if at is None else at]
        line = self._line + before.count("\n")
        column = len(before) - before.rfind("\n") if "\n" in before else self._column + len(before)
        return BadProblem(f"The problem is not JSON: {message} at line {line}, column {column}.")

    def _drop(self) -> None:
        """Forget what has been read."""
        gone = self.buffer[: self.at]
        if "\n" in gone:
            self._line += gone.count("\n")
            self._column = len(gone) - gone.rfind("\n")
        else:
            self._column += len(gone)
        self.buffer, self.at = self.buffer[self.at :], 0


def read_object(
    source: BinaryIO, decoder: json.JSONDecoder, taken: dict[str, Callable[[Any], None]], fields: Callable[[str], None]
) -> dict[str, Any]:
    """The object in a JSON text. A list in a field of `taken` is handed to the function entry by entry and left empty;
    `fields` is asked for every name as it comes and may refuse it."""
    text = Text(source)
    found: dict[str, Any] = {}
    if not text.take("{"):
        if text.next():
            text.value(decoder)  # a fault in it comes first
            _end(text)
            raise BadProblem("The problem must be a JSON object.")
        raise text.fault("Expecting value")
    if not text.take("}"):
        while True:
            if text.next() != '"':
                raise text.fault("Expecting property name enclosed in double quotes")
            name = text.value(decoder)
            if not text.take(":"):
                raise text.fault("Expecting ':' delimiter")
            if name in found:
                raise BadProblem("A field is given twice in one object.")
            fields(name)
            if name in taken and text.next() == "[":
                found[name] = []
                for entry in _entries(text, decoder):
                    taken[name](entry)
            else:
                found[name] = text.value(decoder)
            if text.take("}"):
                break
            if not text.take(","):
                raise text.fault("Expecting ',' delimiter")
    _end(text)
    return found


def _entries(text: Text, decoder: json.JSONDecoder) -> Iterator[Any]:
    text.take("[")
    if text.take("]"):
        return
    while True:
        if not text.next():
            raise text.fault("Expecting value")
        yield text.value(decoder)
        if text.take("]"):
            return
        if not text.take(","):
            raise text.fault("Expecting ',' delimiter")


def _end(text: Text) -> None:
    if text.next():
        raise text.fault("Extra data")

"""The name nearest to one that nobody has: whom somebody who misspelt it may have meant. It is only asked about."""

from collections import defaultdict
from collections.abc import Iterable
from difflib import get_close_matches
from functools import cached_property

from people.names import folded

CLOSE = 0.75  # of 1, as difflib counts: "Bea Bos" is near to "Bea Boss", "Bo Lee" to neither
ASKED = 200  # different words of one list: beyond, no more are looked for


class Nearest:
    """Finds among ``names``; addresses are names too. Looks only at those of which a word begins alike."""

    def __init__(self, names: Iterable[str]):
        self._names = names
        self._found: dict[str, list[str]] = {}

    @cached_property
    def _by_key(self) -> dict[str, str]:
        return {_key(name): name for name in self._names}

    @cached_property
    def _by_beginning(self) -> dict[str, list[str]]:
        found = defaultdict(list)
        for key in self._by_key:
            for beginning in _beginnings(key):
                found[beginning].append(key)
        return found

    def to(self, text: str, *, but: str = "") -> str:
        """The nearest name to ``text`` that is not ``but``; empty where none is near."""
        key = _key(text)
        if key not in self._found:
            if len(self._found) >= ASKED:
                return ""
            keys = dict.fromkeys(one for start in sorted(_beginnings(key)) for one in self._by_beginning.get(start, ()))
            self._found[key] = [self._by_key[one] for one in get_close_matches(key, keys, n=2, cutoff=CLOSE)]
        return next((name for name in self._found[key] if name != but), "")


def _key(name: str) -> str:
    """A name with its words in one order: "Khan, Asha" and "Asha Khan" are as near as can be."""
    return " ".join(sorted(folded(name).split()))


def _beginnings(key: str) -> set[str]:
    return {word[:2] for word in key.split()}

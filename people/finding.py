"""Somebody named in words: by e-mail address, staff number or full name. Shared by what people type and paste."""

from collections import defaultdict
from datetime import date
from functools import cached_property

from people.models import Employment, Person
from people.names import folded
from people.nearest import Nearest


class NotFound(ValueError):
    """Nobody, or more than one; the text is the sentence for whoever typed it."""


class _Known:
    """Ids of people by each of the words that may mean them."""

    def __init__(self, people, on: date):
        self.by_email: dict[str, int] = {}
        self.by_number: dict[str, set[int]] = defaultdict(set)
        self.by_name: dict[str, set[int]] = defaultdict(set)
        names = []
        told = people.order_by().values_list("pk", "email", "folded_name", "given_name", "family_name")
        for pk, email, name, given, family in told:
            names.append(f"{given} {family}".strip())
            if email:
                self.by_email[email] = pk
            self.by_name[name].add(pk)
        self.names, self.addresses = Nearest(names), Nearest(self.by_email)
        jobs = Employment.objects.not_over(on=on).filter(person__in=people.order_by().values("pk"))
        for pk, number in jobs.exclude(staff_number="").order_by().values_list("person", "staff_number"):
            self.by_number[number.casefold()].add(pk)


class Finder:
    """Finds among ``people`` (a queryset of those whom the viewer may know). Two queries at the first question, then
    many questions: a form that is only shown asks none."""

    def __init__(self, people, *, on: date):
        self._people, self._on = people, on

    @cached_property
    def _known(self) -> "_Known":
        return _Known(self._people, self._on)

    def find(self, text: str) -> int:
        """The id of the one person whom ``text`` means. Raises NotFound."""
        word = text.strip().lower().removeprefix("mailto:")
        if "@" in word:
            if word in self._known.by_email:
                return self._known.by_email[word]
            raise NotFound(f"Nobody on your lists has the e-mail address {text.strip()[:60]}.{self._asked(text)}")
        found = self._known.by_number.get(word.casefold()) or self._named(text)
        if not found:
            raise NotFound(f"“{text.strip()[:60]}” is nobody on your lists.{self._asked(text)}")
        if len(found) > 1:
            raise NotFound(
                f"{len(found)} people are called {text.strip()[:60]}. Put an e-mail address or staff number instead."
            )
        return next(iter(found))

    def _asked(self, text: str) -> str:
        near = (self._known.addresses if "@" in text else self._known.names).to(text)
        return f" Did you mean {near}?" if near else ""

    def _named(self, text: str) -> set[int]:
        if "," in text:  # "Khan, Asha"
            family, given = text.split(",", 1)
            text = f"{given} {family}"
        return self._known.by_name.get(folded(text), set())

    def get(self, ids) -> dict[int, Person]:
        """The people with these ids, by id."""
        ids = list(ids)
        found = {}
        for start in range(0, len(ids), 500):  # SQLite takes a limited number of values
            found |= {person.pk: person for person in Person.objects.filter(pk__in=ids[start : start + 500])}
        return found

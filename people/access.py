"""What a person may do at a moment: the grants they hold then, read once and asked often.

A role is never kept in a session or a cache: every request makes its own Access.
Being a mentor or a mentee is no grant; it follows from enrolment.
"""

from collections.abc import Callable
from datetime import datetime
from functools import cached_property

from django.db.models import Exists
from django.utils import timezone

from people.models import Grant, LineManagement, Person

Role, ScopeKind = Grant.Role, Grant.ScopeKind


class Access:
    """The live grants of ``person`` at ``now``. Nobody signed in, or somebody who has left, holds none."""

    def __init__(self, person: Person | None, *, now: datetime):
        self.person = person
        self.now = now
        self._answers: dict[str, object] = {}

    def once(self, question: str, ask: Callable[[], object]):
        """What ``ask`` answers; of those who ask the same question of this person's page only the first does."""
        if question not in self._answers:
            self._answers[question] = ask()
        return self._answers[question]

    @cached_property
    def _held(self) -> list[tuple[str, str, int, bool]]:
        """Every live grant, each with whether the person manages anybody; one query, at the first question."""
        if self.person is None or not self.person.is_authenticated or not self.person.is_active:
            return []
        today = timezone.localdate(self.now)
        live = Grant.objects.live(on=today).filter(person_id=self.person.pk)
        lines = LineManagement.objects.not_over(on=today).filter(manager=self.person.pk)
        held = live.order_by().values_list("role", "scope_kind", "scope_id", Exists(lines.order_by()))
        return list(held)

    @cached_property
    def grants(self) -> frozenset[tuple[str, str, int]]:
        """Every live grant as (role, kind of scope, id of scope)."""
        return frozenset(held[:3] for held in self._held)

    @property
    def manages_people(self) -> bool:
        """Whether somebody who holds a role is a line manager, today or from a day to come."""
        return any(held[3] for held in self._held)

    @property
    def is_known_to_manage_nobody(self) -> bool:
        """Of somebody without a role that is not asked, so it is not known."""
        return bool(self._held) and not self.manages_people

    def holds(self, role: str, kind: str, id: int = 0) -> bool:
        """Whether the person holds exactly this role over exactly this scope."""
        return (str(role), str(kind), id) in self.grants

    def scope_ids(self, role: str, kind: str) -> set[int]:
        """The scopes of one kind over which the person holds the role."""
        return {held for has_role, has_kind, held in self.grants if has_role == role and has_kind == kind}

    def has_role(self, role: str) -> bool:
        """Whether the person holds the role over anything at all."""
        return any(has_role == role for has_role, _, _ in self.grants)

    @property
    def is_administrator(self) -> bool:
        return self.holds(Role.ADMINISTRATOR, ScopeKind.PORTAL)

    @property
    def is_lead(self) -> bool:
        """Leads a programme, or every programme of an organisation."""
        return self.has_role(Role.PROGRAMME_LEAD)

    @property
    def is_site_lead(self) -> bool:
        return self.has_role(Role.SITE_LEAD)

    @property
    def is_host_officer(self) -> bool:
        """Keeps track of the returns of an organisation's programmes, or of one of them."""
        return self.has_role(Role.HOST_OFFICER)

    @property
    def organisations_led(self) -> set[int]:
        """The organisations whose staff list the person keeps and whose programmes they lead."""
        return self.scope_ids(Role.PROGRAMME_LEAD, ScopeKind.ORGANISATION)

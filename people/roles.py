"""Over what each role can be held, and who may give it."""

from collections.abc import Iterable

from django.utils import timezone

from people import scopes
from people.access import Access, Role, ScopeKind
from people.models import Grant
from people.scopes import Scope

ROLE_BEYOND = (
    "{name} holds a role that you cannot give, so only an administrator can change the e-mail address, by which "
    "somebody comes to sign in."
)
CHUNK = 500  # people a query

# Over which kinds of scope each role can be held.
SCOPES_OF = {
    Role.PROGRAMME_LEAD: (ScopeKind.ORGANISATION, ScopeKind.PROGRAMME),
    Role.SITE_LEAD: (ScopeKind.SITE,),
    Role.HOST_OFFICER: (ScopeKind.ORGANISATION, ScopeKind.PROGRAMME),
    Role.COMMISSIONER: (ScopeKind.ORGANISATION, ScopeKind.PROGRAMME),
    Role.ADMINISTRATOR: (ScopeKind.PORTAL,),
}
# What a lead of the organisation, or of the programme itself, may hand out; the rest is for administrators.
FROM_A_LEAD = (Role.PROGRAMME_LEAD, Role.SITE_LEAD, Role.HOST_OFFICER)


def may_change(access: Access, *, role: str, scope: Scope) -> bool:
    """Whether ``access`` reaches to giving or ending ``role`` over ``scope`` for somebody else."""
    if access.is_administrator:
        return True
    if role not in FROM_A_LEAD:
        return False
    return (
        scope.organisation_id in access.organisations_led
        or access.holds(Role.PROGRAMME_LEAD, scope.kind, scope.id)
        or access.holds(role, scope.kind, scope.id)
    )


def reaching_further(people: Iterable[int], access: Access) -> set[int]:
    """Those of ``people``, by id, who hold a role, or will, that ``access`` could not give.

    Whoever can have another address written into such an account is mailed the invitation to it, so they may not.
    """
    people = list(people)
    if not people or access.is_administrator:
        return set()
    found = set()
    for start in range(0, len(people), CHUNK):
        open_now = Grant.objects.not_over(on=timezone.localdate(access.now)).order_by()
        grants = list(open_now.filter(person__in=people[start : start + CHUNK]))
        named = scopes.named((one.scope_kind, one.scope_id) for one in grants)
        for one in grants:
            scope = named.get((one.scope_kind, one.scope_id)) or Scope(one.scope_kind, one.scope_id, "", None)
            if not may_change(access, role=one.role, scope=scope):
                found.add(one.person_id)
    return found

"""Over what each role can be held, and who may give it."""

from people.access import Access, Role, ScopeKind
from people.scopes import Scope

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

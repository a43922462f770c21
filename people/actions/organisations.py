"""Organisations, their sites and teams: adding them."""

from datetime import datetime

from django.db import transaction

from audit.record import record
from audit.refusal import Refused
from audit.verbs import Verb
from people.models import Organisation, Person, Site, Team


@transaction.atomic
def add(
    *,
    code: str,
    name: str,
    kind: str = Organisation.Kind.OTHER,
    parent: Organisation | None = None,
    by: Person | None,
    now: datetime,
) -> Organisation:
    """Add an organisation under its short, stable ``code``."""
    code, name = code.strip().lower(), " ".join(name.split())
    if Organisation.objects.filter(code=code).exists():
        raise Refused(f"There is already an organisation with the code “{code}”.")
    organisation = Organisation(code=code, name=name, kind=kind, parent=parent)
    organisation.clean_fields()
    organisation.save()
    record(Verb.ORGANISATION_ADDED, by=by, now=now, on=organisation, scope=("organisation", organisation.pk))
    return organisation


@transaction.atomic
def add_site(*, organisation: Organisation, name: str, by: Person | None, now: datetime) -> Site:
    """Add a place where the organisation's people work."""
    return _add_part(Site, Verb.SITE_ADDED, "site", organisation, name, by, now)


@transaction.atomic
def add_team(*, organisation: Organisation, name: str, by: Person | None, now: datetime) -> Team:
    """Add a team of the organisation."""
    return _add_part(Team, Verb.TEAM_ADDED, "team", organisation, name, by, now)


def _add_part(model, verb, word, organisation, name, by, now):
    name = " ".join(name.split())
    if not name:
        raise Refused(f"Give the {word} a name.")
    if model.objects.filter(organisation=organisation, name__iexact=name).exists():
        raise Refused(f"{organisation} already has a {word} called {name}.")
    part = model.objects.create(organisation=organisation, name=name)
    record(verb, by=by, now=now, on=part, scope=("organisation", organisation.pk))
    return part

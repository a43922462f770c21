"""A choice that a form does not offer: ids of another organisation's people and things, sent in its place (TRUST, T3).

The matrix tries ids in addresses; here they stand in what is sent: in selects, radios, boxes and hidden fields that
hold a number. Nothing of ours may come to point at anything of theirs, nor theirs be changed.
"""

import pytest
from django.apps import apps
from django.db.models import ForeignKey

from people.counting import counted_together
from people.models import Organisation, Person, Site
from programmes.models import Cohort, Enrolment, Member, Programme, Relationship
from tests.posting import Senders, shown_forms
from tests.scenarios import ROLES, world

WORDS = ("person", "enrolment", "relationship", "cohort")
# An administrator keeps everybody, wherever they are.
SENDERS = [role for role in ROLES if role != "administrator"]


def of_theirs(things) -> dict:
    """Everything of the other organisation that a row could point at, by table."""
    theirs = Organisation.objects.filter(pk=Programme.objects.get(pk=things["other_programme"]).organisation_id)
    programmes = Programme.objects.filter(organisation__in=theirs)
    cohorts = Cohort.objects.filter(programme__in=programmes)
    enrolments = Enrolment.objects.filter(cohort__in=cohorts)
    relationships = Relationship.objects.filter(cohort__in=cohorts)
    people = Person.objects.filter(employments__organisation__in=theirs) | Person.objects.filter(
        enrolments__in=enrolments
    )
    sets = (
        theirs,
        programmes,
        cohorts,
        enrolments,
        relationships,
        people,
        Site.objects.filter(organisation__in=theirs),
    )
    found = {rows.model: set(rows.values_list("pk", flat=True)) for rows in sets}
    return found | {Member: set(Member.objects.filter(relationship__in=relationships).values_list("pk", flat=True))}


def pointers(theirs: dict) -> dict[str, int]:
    """How many rows point at something of theirs, by field; asked in one query."""
    return counted_together(
        **{
            f"{model._meta.db_table}__{field.name}": model._base_manager.filter(
                **{f"{field.attname}__in": theirs[field.related_model]}
            )
            for model in apps.get_models()
            for field in model._meta.concrete_fields
            if isinstance(field, ForeignKey) and field.related_model in theirs
        }
    )


def numbered(form) -> list[str]:
    """The fields whose choices, or whose hidden value, are numbers: ids."""
    return [
        name
        for name, field in form.fields.items()
        if field.kind in ("select", "radio", "checkbox", "hidden")
        and any(value.isdecimal() for value in (*field.options, *field.values))
    ]


@pytest.mark.django_db
def test_no_form_takes_what_is_another_organisation_s(now, time_machine):
    time_machine.move_to(now, tick=False)
    things = world(now=now)
    senders, theirs = Senders(things), of_theirs(things)
    before = pointers(theirs)
    ids = sorted({str(things[f"other_{word}"]) for word in WORDS})
    taken, tried = [], set()

    def changed(form, sent) -> set[str]:
        """The fields by which more or fewer rows point at theirs, once ``form`` was sent."""
        after = []
        senders.ask(form.role, "post", form.action, sent, then=lambda answer: after.append(pointers(theirs)))
        return {field for field in before if after[0][field] != before[field]}

    for form in shown_forms(senders):
        if form.method != "post" or form.role not in SENDERS:
            continue
        for name in numbered(form):
            if (form.name, name) in tried:
                continue
            tried.add((form.name, name))
            offered = {*form.fields[name].options, *form.fields[name].values}
            for value in [one for one in ids if one not in offered]:
                for button in dict.fromkeys(form.buttons) or [None]:
                    differ = changed(form, {**form.filled(button), name: [value]})
                    if differ:
                        taken.append(f"{form} {name}={value}: {sorted(differ)}")
    assert taken == []
    assert len(tried) > 20, sorted(tried)

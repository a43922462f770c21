"""Thousands of rows in a few statements: the same rows as bulk_create would write, all of them or none."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.db.models import Model

from audit.many import insert
from people.models import Employment, Fact, Person
from tests.builders import people

pytestmark = pytest.mark.django_db

A_DAY = date(2020, 1, 1)


def values(row: Model) -> dict:
    return {
        f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields if f.attname not in {"id", "person_id"}
    }


def test_insert_writes_what_bulk_create_writes_and_tells_the_ids(now):
    asha, cara = people.person("Asha Rao", now=now), people.person("Cara Lund", now=now)

    def facts(person):
        said = {
            "diploma_on": {"day": A_DAY},
            "mentor_training_on": {"applies": False},
            "style": {"text": "“100 %” — 'a'"},
        }
        return [Fact(person=person, kind=kind, recorded_at=now, **more) for kind, more in said.items()]

    ours, django = insert(facts(asha)), Fact.objects.bulk_create(facts(cara))
    assert all(row.pk and not row._state.adding for row in ours)
    for one, other in zip(ours, django, strict=True):
        assert values(Fact.objects.get(pk=one.pk)) == values(Fact.objects.get(pk=other.pk)) == values(one)


def test_insert_takes_more_rows_than_one_statement_holds_and_keeps_their_order(now):
    trust, person = people.organisation(now=now), people.person(now=now)
    past = {"person": person, "organisation": trust, "start_date": A_DAY, "end_date": A_DAY}
    made = insert(Employment(job_title=f"Job {number}", **past) for number in range(700))
    titles = dict(Employment.objects.values_list("pk", "job_title"))
    assert [titles[row.pk] for row in made] == [f"Job {number}" for number in range(700)]
    assert insert([]) == []


def test_insert_writes_all_or_nothing(now):
    before = Person.objects.count()
    twice = [Person(given_name=name, email="same@example.org", created_at=now) for name in ("Asha", "Cara")]
    with pytest.raises(IntegrityError), transaction.atomic():
        insert(twice)
    assert Person.objects.count() == before

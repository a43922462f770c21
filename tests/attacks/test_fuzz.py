"""What nobody means to send is answered in words: never a fault, never half an import (TRUST, F6 and F7)."""

import itertools
import logging

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from people.models import Employment, Person
from tests import fuzzing
from tests.posting import Senders, shown_forms
from tests.scenarios import world

POSTS, QUERIES, FILES = 500, 150, 50


def counted() -> tuple[int, int]:
    return Person.objects.count(), Employment.objects.count()


@pytest.fixture
def senders(db, now, time_machine):
    time_machine.move_to(now, tick=False)
    logging.getLogger("django.request").setLevel(logging.CRITICAL)  # of refusals, thousands
    yield Senders(world(now=now))
    logging.getLogger("django.request").setLevel(logging.NOTSET)


def tried(senders, role, method, address, data, **extra) -> str:
    """The fault that it came to; empty where it was answered."""
    try:
        answer = senders.ask(role, method, address, data, **extra)
    except Exception as fault:
        where = fault.__traceback__
        while where.tb_next:
            where = where.tb_next
        return f"{type(fault).__name__}: {fault} in {where.tb_frame.f_code.co_filename}:{where.tb_lineno}"
    return f"{answer.status_code}" if answer.status_code >= 500 else ""


def test_no_post_query_or_file_is_a_fault(senders, subtests):
    forms = shown_forms(senders)
    with subtests.test("posts"):
        no_post_is_a_fault(senders, [form for form in forms if form.method == "post"])
    with subtests.test("queries"):
        no_query_is_a_fault(senders, forms)
    with subtests.test("files"):
        no_file_is_a_fault_nor_half_an_import(senders, forms)


def no_post_is_a_fault(senders, forms):
    faults = {}
    for form, sent, how in itertools.islice(fuzzing.posts(forms, seed=1), POSTS):
        if said := tried(senders, form.role, "post", form.action, sent, **how):
            faults.setdefault(said[:300], f"{form}: {str(sent)[:300]}")
    assert not faults, "\n".join(f"{said}\n    {form}" for said, form in faults.items())


def no_query_is_a_fault(senders, forms):
    faults = {}
    for form, sent in itertools.islice(fuzzing.queries(forms, seed=1), QUERIES):
        if said := tried(senders, form.role, "get", form.page.partition("?")[0], sent):
            faults.setdefault(said[:300], f"{form.page}: {str(sent)[:300]}")
    assert not faults, "\n".join(f"{said}\n    {form}" for said, form in faults.items())


def no_file_is_a_fault_nor_half_an_import(senders, forms):
    forms = [form for form in forms if any(field.kind == "file" for field in form.fields.values())]
    assert {form.name for form in forms} == {
        "people:import-start",
        "programmes:model-import",
        "programmes:pairs-import",
    }
    before, faults = counted(), {}
    for data, form in zip(itertools.islice(fuzzing.files(seed=1), FILES), itertools.cycle(forms)):
        sent = form.filled()
        for name, field in form.fields.items():
            if field.kind == "file":
                sent[name] = [SimpleUploadedFile("list.xlsx" if data.startswith(b"PK") else "list.csv", data)]
        if said := tried(senders, form.role, "post", form.action, sent):
            faults.setdefault(said[:300], f"{form}: {data[:80]!r}")
        assert counted() == before
    assert not faults, "\n".join(f"{said}\n    {form}" for said, form in faults.items())

"""What nobody means to send is answered in words: never a fault, never half an import (TRUST, F6 and F7).

`./portal bench fuzz` sends more.
"""

import logging

import pytest

from tests import fuzzed
from tests.posting import Senders, shown_forms
from tests.scenarios import world

POSTS, QUERIES, FILES, ROWS = 500, 150, 50, 500


@pytest.fixture
def senders(db, now, time_machine):
    time_machine.move_to(now, tick=False)
    logging.getLogger("django.request").setLevel(logging.CRITICAL)  # of refusals, thousands
    yield Senders(world(now=now))
    logging.getLogger("django.request").setLevel(logging.NOTSET)


def test_no_post_query_file_or_list_is_a_fault(senders, subtests):
    forms = shown_forms(senders)
    takes = {form.name for form in forms for field in form.fields.values() if field.kind == "file"}
    assert takes == {"people:import-start", "programmes:model-import", "programmes:pairs-import"}
    tried = {
        "posts": lambda: fuzzed.posts(senders, forms, POSTS, seed=1),
        "queries": lambda: fuzzed.queries(senders, forms, QUERIES, seed=1),
        "endless": lambda: fuzzed.endless(senders, forms),
        "files": lambda: fuzzed.files(senders, forms, FILES, seed=1),
        "lists": lambda: fuzzed.lists(senders, forms, ROWS, seed=1),
    }
    for name, attack in tried.items():
        with subtests.test(name):
            found = attack()
            assert not found.faults, found.told()
            assert not found.halves, found.told()
            assert not found.led_away
    assert found.answers["list saved"]  # else no list was ever written, by half or whole

"""One name, four places: address, view, template, tests."""

import ast

import pytest

from tests.architecture.source import ROOT, syntax
from tests.architecture.urls import addresses

OURS = [address for address in addresses() if address.is_ours]


def test_names_there_are_addresses_to_test():
    assert OURS


@pytest.mark.parametrize("address", OURS, ids=lambda address: address.name)
def test_names_view_and_template_follow_the_address(address):
    name = address.name.split(":")[-1]
    room = address.view.__module__.split(".")[0]
    if ":" in address.name:
        assert address.name.split(":")[0] == room
    assert address.view.__name__ == "".join(word.capitalize() for word in name.split("-"))
    template = getattr(address.view, "template_name", None)
    if template:
        assert template == f"{room}/{name.replace('-', '_')}.html"
        assert (ROOT / "templates" / template).exists()


def test_names_every_address_has_a_test_of_its_name():
    tests = {
        node.name
        for path in (ROOT / "tests").rglob("test_*.py")
        for node in ast.walk(syntax(path.relative_to(ROOT)))
        if isinstance(node, ast.FunctionDef)
    }
    untested = [
        address.name
        for address in OURS
        if not any(test.startswith(f"test_{address.name.split(':')[-1].replace('-', '_')}") for test in tests)
    ]
    assert not untested, f"No test is named after: {', '.join(untested)}"

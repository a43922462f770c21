"""The bill of materials: every package of the lock, with the digests by which it is installed."""

import json
import re
from importlib import metadata

import pytest
from django.core.management import CommandError, call_command

from tests.architecture.source import ROOT


def bill(capsys, **options):
    call_command("sbom", **options)
    return json.loads(capsys.readouterr().out)


def test_sbom_holds_every_package_of_the_lock_with_its_digests(capsys):
    found = bill(capsys)
    assert (found["bomFormat"], found["specVersion"]) == ("CycloneDX", "1.5")
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    pinned = re.findall(r"^(\S+?)==", lock, re.M)
    assert len(found["components"]) == len(pinned) > 20
    assert len({one["purl"] for one in found["components"]}) == len(pinned)
    digests = [hash["content"] for one in found["components"] for hash in one["externalReferences"][0]["hashes"]]
    assert sorted(digests) == sorted(re.findall(r"sha256:([0-9a-f]{64})", lock))
    assert set(found["dependencies"][0]["dependsOn"]) == {one["purl"] for one in found["components"]}


def test_sbom_says_the_versions_that_are_installed(capsys):
    versions = {one["name"]: one["version"] for one in bill(capsys)["components"]}
    assert versions["django"] == metadata.version("django")
    assert versions["cryptography"] == metadata.version("cryptography")


def test_sbom_of_the_tests_and_of_what_is_not_there(capsys):
    assert "pytest" in {one["name"] for one in bill(capsys, lock="requirements-dev.lock")["components"]}
    with pytest.raises(CommandError):
        call_command("sbom", lock="no.lock")

"""Prints what the portal is made of, as CycloneDX 1.5 JSON: every package of the lock with its version and digests."""

import json
import re
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

PACKAGE = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[^\]]*\])?==([^\s;\\]+)", re.M)
DIGEST = re.compile(r"--hash=sha256:([0-9a-f]{64})")


class Command(BaseCommand):
    help = "Print the bill of materials (CycloneDX JSON) of a lock: what the portal runs with, by default."

    def add_arguments(self, parser):
        parser.add_argument("--lock", default="requirements.lock", help="the lock to read")

    def handle(self, *, lock, **options):
        path = Path(settings.BASE_DIR) / lock
        try:
            text = path.read_text(encoding="utf-8")
        except OSError:
            raise CommandError(f"There is no {lock}.")
        self.stdout.write(json.dumps(bill(text), indent=2))


def bill(lock: str) -> dict:
    """The bill for the text of a lock. Nothing in it changes while the lock stays: no time, no serial number."""
    starts = list(PACKAGE.finditer(lock))
    ends = [one.start() for one in starts[1:]] + [len(lock)]
    components = []
    for found, end in zip(starts, ends, strict=True):
        name, version = found[1].lower().replace("_", "-"), found[2]
        purl = f"pkg:pypi/{name}@{version}"
        components.append(
            {
                "type": "library",
                "bom-ref": purl,
                "name": name,
                "version": version,
                "purl": purl,
                # A digest for each file that is published of it; one of them is what is installed.
                "externalReferences": [
                    {
                        "type": "distribution",
                        "url": purl,
                        "hashes": [
                            {"alg": "SHA-256", "content": digest} for digest in DIGEST.findall(lock, found.start(), end)
                        ],
                    }
                ],
            }
        )
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"component": {"type": "application", "bom-ref": "mentoring-portal", "name": "mentoring-portal"}},
        "components": sorted(components, key=lambda one: one["purl"]),
        "dependencies": [{"ref": "mentoring-portal", "dependsOn": sorted(one["purl"] for one in components)}],
    }

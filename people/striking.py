"""Taking somebody's name out of the sentences that the portal has kept about others."""

import json
import re

from django.apps import apps
from django.db import models
from django.db.models import Q

from people.holdings import classes

ROOMS = ("notices", "people", "programmes", "matching", "sessions_log")  # the audit record holds no words
IN_TEXT = "a former colleague"


def strike(words: list[str]) -> None:
    """Take the words out of every sentence that the portal has kept about others: why a pair was left out, and such."""
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, words))})(?!\w)", re.IGNORECASE)
    for table, name in sentences():
        asked = Q()
        for word in {*words, *(json.dumps(word)[1:-1] for word in words)}:
            asked |= Q(**{f"{name}__icontains": word})
        for row in table._base_manager.filter(asked).only("pk", name):
            setattr(row, name, struck(getattr(row, name), pattern))
            row.save(update_fields=[name])


def struck(value, pattern: re.Pattern):
    """``value``, a text or JSON, without what ``pattern`` finds."""
    if isinstance(value, str):
        return pattern.sub(IN_TEXT, value)
    if isinstance(value, list):
        return [struck(one, pattern) for one in value]
    if isinstance(value, dict):
        return {name: struck(one, pattern) for name, one in value.items()}
    return value


def sentences():
    """Every column of plain words or JSON in which the portal, or somebody in it, may have named a person."""
    for label, of_fields in classes().items():
        table = apps.get_model(label)
        if label == "people.Person" or table._meta.app_label not in ROOMS:
            continue
        for column in table._meta.concrete_fields:
            if column.name in ("key", "occasion") or column.choices or column.primary_key:
                continue
            words = type(column) in (models.CharField, models.TextField, models.JSONField)
            if words and of_fields[column.name] in "ICS":
                yield table, column.name

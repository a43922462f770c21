"""System checks of this room: a mistake in a form's file, a model that names no form, a text changed after its use."""

from django.core import checks
from django.db import DatabaseError

from programmes import mentoring_models
from sessions_log.models import FormSpecVersion
from sessions_log.session_forms import files, mistakes_in


def check_form_specs(app_configs, **kwargs):
    """One error per mistake, naming file, key and mistake; and one for each form that a model names and nobody has."""
    found = [
        checks.Error(f"{path.name}: {mistake}.", hint="See the other files beside it.", id="sessions_log.E001")
        for path, mistake in mistakes_in()
    ]
    if mentoring_models.mistakes_in():  # said by a check of their own
        return found
    return found + [
        checks.Error(
            f"{model.key}.toml: forms names {name!r}, which is no form.",
            hint="The forms are sessions_log/form_specs/KEY@VERSION.toml.",
            id="sessions_log.E002",
        )
        for model in mentoring_models.every()
        for name in model.forms
        if name not in files.texts()
    ]


def check_frozen_specs(app_configs, databases=None, **kwargs):
    """One error for each file whose text is no longer what people were asked under its version."""
    if not databases:
        return []
    try:
        rows = list(FormSpecVersion.objects.filter(organisation=None).only("key", "version", "fingerprint"))
    except DatabaseError:  # before the first migration
        return []
    texts = files.texts()
    return [
        checks.Error(
            f"{row.name}.toml: was changed after people were asked to fill it in.",
            hint="Put it back as it was, and make the change in a file with the next version.",
            id="sessions_log.E003",
        )
        for row in rows
        if row.name in texts and files.fingerprint(texts[row.name]) != row.fingerprint
    ]

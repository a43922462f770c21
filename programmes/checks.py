"""System checks of this room: a mistake in a mentoring model's file stops the portal from starting."""

from django.core import checks

from programmes.mentoring_models import mistakes_in


def check_mentoring_models(app_configs, **kwargs):
    """One error per mistake, naming file, key and mistake."""
    return [
        checks.Error(f"{path.name}: {mistake}.", hint="See the other files beside it.", id="programmes.E001")
        for path, mistake in mistakes_in()
    ]

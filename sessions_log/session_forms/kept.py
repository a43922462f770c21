"""The spec behind a form that somebody owes, and the names under which models and leads know specs.

A text kept in the database comes before the file of the same name: it is what people were asked.
"""

from collections.abc import Iterable

from programmes.mentoring_models.contract import MentoringModel
from sessions_log.models import FormSpecVersion, SessionForm
from sessions_log.session_forms import files
from sessions_log.session_forms.contract import FormSpec


def of(form: SessionForm) -> FormSpec:
    """The spec of one form. One query, at most."""
    return of_names([form.spec_name])[form.spec_name]


def of_names(names: Iterable[str]) -> dict[str, FormSpec]:
    """The specs of these names that there are. One query, whatever their number."""
    names = set(names)
    keys = {name.partition("@")[0] for name in names}
    kept = {row.name: row.text for row in FormSpecVersion.objects.filter(key__in=keys).only("key", "version", "text")}
    texts = {name: kept.get(name) or files.texts().get(name) for name in names}
    return {name: files.read_text(text) for name, text in texts.items() if text}


def of_model(model: MentoringModel) -> list[FormSpec]:
    """The forms that a mentoring model names, in its order; a name that nobody has is passed over, and so is a
    preparation, which nobody owes."""
    return [spec for spec in _named(model) if not spec.is_prep_sheet]


def prep_of_model(model: MentoringModel) -> FormSpec | None:
    """The preparation that a mentoring model names; none: it asks for none, and a mentee may prepare all the same."""
    return next((spec for spec in _named(model) if spec.is_prep_sheet), None)


def _named(model: MentoringModel) -> list[FormSpec]:
    found = of_names(model.forms) if model.forms else {}
    return [found[name] for name in model.forms if name in found]


def known_names() -> set[str]:
    """Every name that a mentoring model may put among its forms."""
    own = FormSpecVersion.objects.exclude(organisation=None).values_list("key", "version")
    return set(files.texts()) | {f"{key}@{version}" for key, version in own}

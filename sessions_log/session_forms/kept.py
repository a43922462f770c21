"""The spec behind a form that somebody owes, and the names under which models and leads know specs.

A text kept in the database comes before the file of the same name: it is what people were asked.
"""

from collections.abc import Iterable, Sequence

from django.db.models import OuterRef, QuerySet, Subquery

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


def with_texts(forms: QuerySet[SessionForm]) -> QuerySet[SessionForm]:
    """``forms`` with the text that is kept of each spec, so that ``of_forms`` need not ask for them."""
    kept = FormSpecVersion.objects.filter(key=OuterRef("spec_key"), version=OuterRef("spec_version"))
    return forms.annotate(spec_text=Subquery(kept.order_by().values("text")[:1]))


def of_forms(forms: Iterable[SessionForm]) -> dict[str, FormSpec]:
    """The specs of ``forms`` by name. One query, none where their texts were read with them."""
    forms = list(forms)
    if not all(hasattr(form, "spec_text") for form in forms):
        return of_names({form.spec_name for form in forms})
    texts = {form.spec_name: form.spec_text or files.texts().get(form.spec_name) for form in forms}
    return {name: files.read_text(text) for name, text in texts.items() if text}


def of_model(model: MentoringModel) -> list[FormSpec]:
    """The forms that a mentoring model names, in its order; a name that nobody has is passed over, and so is a
    preparation, which nobody owes."""
    return [spec for spec in _named(model) if not spec.is_prep_sheet]


def prep_of_model(model: MentoringModel) -> FormSpec | None:
    """The preparation that a mentoring model names; none: it asks for none, and a mentee may prepare all the same."""
    return preps_of_models([model])[0]


def preps_of_models(models: Sequence[MentoringModel]) -> list[FormSpec | None]:
    """The same of each of ``models``. One query, none where no model names a form."""
    names = {name for model in models for name in model.forms}
    found = of_names(names) if names else {}
    return [
        next((found[name] for name in model.forms if name in found and found[name].is_prep_sheet), None)
        for model in models
    ]


def _named(model: MentoringModel) -> list[FormSpec]:
    found = of_names(model.forms) if model.forms else {}
    return [found[name] for name in model.forms if name in found]


def known_names() -> set[str]:
    """Every name that a mentoring model may put among its forms."""
    own = FormSpecVersion.objects.exclude(organisation=None).values_list("key", "version")
    return set(files.texts()) | {f"{key}@{version}" for key, version in own}

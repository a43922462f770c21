"""The ways of mentoring: readable TOML files in programmes/models_of_mentoring/, and texts of organisations' own."""

from programmes.mentoring_models.contract import KIND_LABELS, MentoringModel
from programmes.mentoring_models.files import FOLDER, every, get, in_force, mistakes_in
from programmes.mentoring_models.own import of

__all__ = ["FOLDER", "KIND_LABELS", "MentoringModel", "every", "get", "in_force", "mistakes_in", "of"]

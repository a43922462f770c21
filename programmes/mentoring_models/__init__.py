"""The ways of mentoring, each one readable TOML file in programmes/models_of_mentoring/."""

from programmes.mentoring_models.contract import KIND_LABELS, MentoringModel
from programmes.mentoring_models.files import FOLDER, every, get, in_force, mistakes_in, of

__all__ = ["FOLDER", "KIND_LABELS", "MentoringModel", "every", "get", "in_force", "mistakes_in", "of"]

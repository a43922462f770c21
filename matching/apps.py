from django.apps import AppConfig


class MatchingConfig(AppConfig):
    name = "matching"
    verbose_name = "Matching"

    def ready(self):
        from matching import letters
        from notices.kinds import NoticeKind, register

        register(NoticeKind("match-published", "You have been matched", letters.match_published))

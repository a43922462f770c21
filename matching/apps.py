from django.apps import AppConfig


class MatchingConfig(AppConfig):
    name = "matching"
    verbose_name = "Matching"

    def ready(self):
        from matching import steps
        from people import merge_steps
        from programmes import offers

        offers.register_step("matching", steps.next_steps)
        offers.register_choice("matching", steps.choose_mentor)
        offers.register_cohort_link("propose-groups", steps.propose_groups, under=offers.Under.MATCHES)
        offers.register_cohort_link("what-if", steps.what_if, under=offers.Under.MATCHES)
        offers.register_cohort_link("runs", steps.runs, under=offers.Under.MATCHES)
        offers.register_cohort_link("decisions", steps.decided, under=offers.Under.MATCHES)
        merge_steps.register(
            "matching",
            moves=[
                "matching.MatchRun.requested_by",
                "matching.Publication.requested_by",
                "matching.WhatIfRun.requested_by",
                "matching.PairDecision.decided_by",
                "matching.PairDecision.lifted_by",
            ],
        )

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = "Reports"

    def ready(self):
        from programmes import offers
        from reports import returns, worth

        offers.register_cohort_link("returns", returns.returns_link, under=offers.Under.RUNNING)
        offers.register_cohort_link("worth", worth.worth_link, under=offers.Under.AFTERWARDS)

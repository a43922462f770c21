from django.apps import AppConfig


class VaultConfig(AppConfig):
    name = "vault"
    verbose_name = "Confidential fields"

    def ready(self):
        from vault import checks  # noqa: F401  registers the system checks
        from vault.keys import make_for_laptop

        make_for_laptop()

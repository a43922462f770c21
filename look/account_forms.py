"""allauth's forms in our words: labels, hints and what an empty field is told.

What the forms do is allauth's and stays so. Settings name them in ACCOUNT_FORMS.
"""

from allauth.account import forms
from allauth.mfa.webauthn import forms as passkey_forms

PASSWORD_HINT = "At least 12 characters. Three random words make a password that is hard to guess and easy to keep."

WORDS = {
    "login": ("E-mail address", "", "Enter your e-mail address"),
    "email": ("E-mail address", "", "Enter an e-mail address"),
    "password": ("Password", "", "Enter your password"),
    "oldpassword": ("Your password now", "", "Enter the password you have now"),
    "password1": ("New password", PASSWORD_HINT, "Enter a new password"),
    "password2": ("New password again", "", "Enter the new password a second time"),
    "code": ("Code", "", "Enter the code"),
    "name": ("Name of the passkey", "So that you can tell it from others: “work phone”", "Enter a name"),
    "passwordless": (
        "It signs me in without my password",
        "The device then asks for your finger, your face or its PIN. Without the tick it is used after the password.",
        "",
    ),
}


class InOurWords:
    """Mixed into a form of allauth's, before it."""

    words: dict[str, tuple[str, str, str]] = {}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if name in WORDS:
                field.label, field.help_text, required = (WORDS | self.words)[name]
                field.error_messages["required"] = required


class LoginForm(InOurWords, forms.LoginForm):
    pass


class RequestLoginCodeForm(InOurWords, forms.RequestLoginCodeForm):
    words = {"email": ("E-mail address", "", "Enter your e-mail address")}


class ConfirmLoginCodeForm(InOurWords, forms.ConfirmLoginCodeForm):
    pass


class ResetPasswordForm(InOurWords, forms.ResetPasswordForm):
    words = {"email": ("E-mail address", "", "Enter the e-mail address you sign in with")}


class ResetPasswordKeyForm(InOurWords, forms.ResetPasswordKeyForm):
    pass


class ChangePasswordForm(InOurWords, forms.ChangePasswordForm):
    pass


class SetPasswordForm(InOurWords, forms.SetPasswordForm):
    pass


class AddEmailForm(InOurWords, forms.AddEmailForm):
    words = {"email": ("New e-mail address", "", "Enter the new e-mail address")}


class ReauthenticateForm(InOurWords, forms.ReauthenticateForm):
    pass


class AddPasskeyForm(InOurWords, passkey_forms.AddWebAuthnForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["passwordless"].initial = True


class EditPasskeyForm(InOurWords, passkey_forms.EditWebAuthnForm):
    pass

"""What a password must be, beyond Django's own checks (GB/T 22239-2019, 8.1.4.1: 口令复杂度)."""

from __future__ import annotations

from django.core.exceptions import ValidationError

from jingtu.platform.people.models import User

_KINDS = (str.islower, str.isupper, str.isdigit)


class MixedSignsValidator:
    """Three of: small letters, capitals, digits, other signs."""

    def __init__(self, kinds: int = 3) -> None:
        self.kinds = kinds

    def validate(self, password: str, user: User | None = None) -> None:  # noqa: ARG002 - the interface
        """Raise ``ValidationError`` where too few kinds of signs are used."""
        found = sum(any(test(sign) for sign in password) for test in _KINDS)
        found += any(not sign.isalnum() for sign in password)
        if found < self.kinds:
            raise ValidationError(self.get_help_text(), code="password_not_mixed")

    def get_help_text(self) -> str:
        return f"密码应包含小写字母、大写字母、数字、其他符号中的至少 {self.kinds} 种。"


class ChangedPasswordValidator:
    """A new password is another one than the present."""

    def validate(self, password: str, user: User | None = None) -> None:
        """Raise ``ValidationError`` where the password stays the same."""
        if user is not None and user.pk and user.has_usable_password() and user.check_password(password):
            raise ValidationError(self.get_help_text(), code="password_unchanged")

    def get_help_text(self) -> str:
        return "新密码不能与现在的密码相同。"

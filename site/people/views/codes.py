"""allauth's pages where a code from a mail is typed. Each code is good for a few tries; here whoever asks for code
after code, to go on trying, has to wait, however many browsers they take (429; `enter_code` in ACCOUNT_RATE_LIMITS)."""

from allauth.account import views
from allauth.decorators import rate_limit

limited = rate_limit(action="enter_code")

confirm_login_code = limited(views.confirm_login_code)
confirm_email_code = limited(views.email_verification_sent)
confirm_password_reset_code = limited(views.confirm_password_reset_code)

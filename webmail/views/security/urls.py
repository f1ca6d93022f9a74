"""Addresses of security; entrance.must_set_up relies on all being below settings/security/."""

from django.urls import path

from . import app_passwords, codes, confirm, log_ins, overview, passkeys, password, sessions

urlpatterns = [
    path("", overview.overview, name="security"),
    path("confirm/", confirm.confirm, name="security_confirm"),
    path("password/", password.password, name="security_password"),
    path("code/", codes.code, name="security_code"),
    path("code/off/", codes.switch_off, name="security_code_off"),
    path("recovery-codes/", codes.recovery_codes, name="security_recovery_codes"),
    path("passkeys/begin/", passkeys.begin, name="security_passkey_begin"),
    path("passkeys/", passkeys.add, name="security_passkey_add"),
    path("passkeys/<int:passkey_id>/remove/", passkeys.remove, name="security_passkey_remove"),
    path("app-passwords/", app_passwords.new, name="security_app_passwords"),
    path("app-passwords/<int:app_password_id>/keeping/", app_passwords.keeping, name="security_keeping"),
    path("app-passwords/<int:app_password_id>/revoke/", app_passwords.revoke, name="security_revoke"),
    path("sessions/end/", sessions.end_others, name="security_sessions_end"),
    path("sessions/<slug:session_handle>/end/", sessions.end, name="security_session_end"),
    path("log-ins/", log_ins.log_ins, name="security_log_ins"),
]

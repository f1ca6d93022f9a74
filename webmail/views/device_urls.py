"""Addresses of what belongs to a device or a program rather than to an account."""

from django.urls import path

from . import device, install, kept, mail_programs

urlpatterns = [
    path("manifest.webmanifest", install.manifest, name="manifest"),
    path("favicon.ico", install.favicon, name="favicon"),
    path("sw.js", install.worker, name="service_worker"),
    path("offline/", install.offline, name="offline"),
    path("settings/device/", device.device, name="device"),
    path("settings/device/notices/", device.notices, name="notices"),
    path("settings/device/notices/end/", device.no_notices, name="no_notices"),
    path("settings/programs/", mail_programs.programs, name="programs"),
    path("settings/programs/apple/", mail_programs.apple, name="apple_profile"),
    path("kept/", kept.index, name="kept"),
    path("kept/shell/", kept.shell, name="kept_shell"),
    path("kept/conversations/", kept.conversations, name="kept_conversations"),
]

"""Addresses of what belongs to a browser rather than to an account: installing, mail kept in it, notices."""

from django.urls import path

from . import device, install, kept

urlpatterns = [
    path("manifest.webmanifest", install.manifest, name="manifest"),
    path("favicon.ico", install.favicon, name="favicon"),
    path("sw.js", install.worker, name="service_worker"),
    path("offline/", install.offline, name="offline"),
    path("settings/device/", device.device, name="device"),
    path("settings/device/notices/", device.notices, name="notices"),
    path("settings/device/notices/end/", device.no_notices, name="no_notices"),
    path("kept/", kept.index, name="kept"),
    path("kept/shell/", kept.shell, name="kept_shell"),
    path("kept/conversations/", kept.conversations, name="kept_conversations"),
]

"""Addresses of what belongs to a browser rather than to an account: installing, mail kept in it, notices."""

from django.urls import path

from . import install, kept

urlpatterns = [
    path("manifest.webmanifest", install.manifest, name="manifest"),
    path("favicon.ico", install.favicon, name="favicon"),
    path("sw.js", install.worker, name="service_worker"),
    path("offline/", install.offline, name="offline"),
    path("kept/", kept.index, name="kept"),
    path("kept/shell/", kept.shell, name="kept_shell"),
    path("kept/conversations/", kept.conversations, name="kept_conversations"),
]

"""Addresses of bringing data in and taking it out."""

from django.urls import path

from . import data

urlpatterns = [
    path("settings/data/", data.data, name="data"),
    path("settings/data/export/", data.export, name="data_export"),
    path("settings/data/imports/", data.progress, name="data_imports"),
    path("settings/data/import/", data.begin, name="data_import"),
    path("settings/data/import/server/", data.server, name="data_server"),
    path("settings/data/imports/<int:import_id>/cancel/", data.cancel, name="data_cancel"),
]

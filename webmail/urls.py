"""Every address of the site."""

from django.contrib import admin
from django.urls import include, path

from webmail.views.health import healthz

urlpatterns = [
    path("", include("webmail.views.list_urls")),
    path("", include("webmail.views.reader_urls")),
    path("", include("webmail.views.sender_urls")),
    path("", include("webmail.views.contact_urls")),
    path("", include("webmail.views.data_urls")),
    path("settings/security/", include("webmail.views.security.urls")),
    path("", include("webmail.views.rule_urls")),
    path("healthz", healthz, name="healthz"),
    path("admin/", admin.site.urls),
]
handler403 = "webmail.views.errors.refused"
handler404 = "webmail.views.errors.not_found"
handler500 = "webmail.views.errors.failed"

"""Addresses of the shell and the list."""

from django.urls import path, re_path

from . import actions, assets, changes, labels, mailbox, search, settings, sidebar_page, sign_in

urlpatterns = [
    path("", mailbox.home, name="home"),
    path("style.<slug:version>.css", assets.stylesheet, name="stylesheet"),
    path("sign-in/", sign_in.sign_in, name="sign_in"),
    path("sign-out/", sign_in.sign_out, name="sign_out"),
    path("mail/<slug:slug>/", mailbox.mailbox, name="mailbox"),
    path("search/", search.search, name="search"),
    # Letters only: digits are a conversation.
    re_path(r"^conversations/(?P<verb>[a-z]+)/$", actions.verb, name="verb"),
    path("undo/<str:token>/", actions.undo, name="undo"),
    path("changes/", changes.changes, name="changes"),
    path("sidebar/", sidebar_page.sidebar, name="sidebar"),
    path("labels/new/", labels.new, name="label_new"),
    path("labels/<int:mailbox_id>/", labels.edit, name="label_edit"),
    path("labels/<int:mailbox_id>/delete/", labels.delete, name="label_delete"),
    path("settings/", settings.settings, name="settings"),
]

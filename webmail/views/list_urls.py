"""Addresses of the shell and the list."""

from django.urls import path, re_path

from . import (
    actions,
    assets,
    bulk,
    changes,
    keys,
    labels,
    mailbox,
    passkey_entrance,
    saved_searches,
    search,
    search_options,
    search_suggestions,
    second_step,
    settings,
    sidebar_page,
    sign_in,
    snoozing,
)
from .settings_table import SETTINGS

urlpatterns = [
    path("", mailbox.home, name="home"),
    path("style.<slug:version>.css", assets.stylesheet, name="stylesheet"),
    path("sign-in/", sign_in.sign_in, name="sign_in"),
    path("sign-in/step/", second_step.second_step, name="second_step"),
    path("sign-in/passkey/begin/", passkey_entrance.begin, name="passkey_begin"),
    path("sign-in/passkey/", passkey_entrance.finish, name="passkey"),
    path("sign-out/", sign_in.sign_out, name="sign_out"),
    path("mail/<slug:slug>/", mailbox.mailbox, name="mailbox"),
    path("search/", search.search, name="search"),
    path("search/options/", search_options.options, name="search_options"),
    path("search/suggest/", search_suggestions.suggest, name="search_suggest"),
    path("searches/new/", saved_searches.new, name="saved_search_new"),
    path("searches/<int:search_id>/", saved_searches.edit, name="saved_search_edit"),
    path("searches/<int:search_id>/delete/", saved_searches.delete, name="saved_search_delete"),
    # Letters only: digits are a conversation.
    re_path(r"^conversations/(?P<verb>[a-z]+)/$", actions.verb, name="verb"),
    path("undo/<str:token>/", actions.undo, name="undo"),
    path("bulk/<str:token>/", bulk.carry_on, name="bulk"),
    path("snooze/", snoozing.menu, name="snooze_menu"),
    path("changes/", changes.changes, name="changes"),
    path("sidebar/", sidebar_page.sidebar, name="sidebar"),
    path("labels/", labels.index, name="labels"),
    path("labels/new/", labels.new, name="label_new"),
    path("labels/<int:mailbox_id>/", labels.edit, name="label_edit"),
    path("labels/<int:mailbox_id>/show/", labels.show, name="label_show"),
    path("labels/<int:mailbox_id>/merge/", labels.merge, name="label_merge"),
    path("labels/<int:mailbox_id>/delete/", labels.delete, name="label_delete"),
    path("settings/", settings.settings, name="settings"),
    path("settings/keys/", keys.keys, name="keys"),
    re_path(rf"^settings/(?P<setting>{'|'.join(SETTINGS)})/$", settings.setting, name="setting"),
]

"""Addresses of contacts and their groups."""

from django.urls import path

from . import (
    contact_acts,
    contact_edit,
    contact_files,
    contact_groups,
    contact_list,
    contact_page,
    contacts,
    preflight,
)

urlpatterns = [
    path("contacts/", contact_list.index, name="contacts"),
    path("contacts/new/", contact_edit.new, name="contact_new"),
    path("contacts/act/", contact_acts.act, name="contacts_act"),
    path("contacts/duplicates/", contact_list.duplicates, name="contact_duplicates"),
    path("contacts/files/", contact_files.files, name="contact_files"),
    path("contacts/export/", contact_files.export, name="contacts_export"),
    path("contacts/complete/", contacts.complete, name="contacts_complete"),
    path("contacts/check/", preflight.check, name="contacts_check"),
    path("contacts/<int:contact_id>/", contact_page.contact, name="contact"),
    path("contacts/<int:contact_id>/edit/", contact_edit.edit, name="contact_edit"),
    path("contacts/groups/new/", contact_groups.new, name="contact_group_new"),
    path("contacts/groups/<int:group_id>/", contact_groups.edit, name="contact_group"),
    path("contacts/groups/<int:group_id>/delete/", contact_groups.delete, name="contact_group_delete"),
    path("contacts/groups/<int:group_id>/members/", contacts.members, name="contact_group_members"),
    path("messages/<int:message_id>/contact/", contact_edit.of_message, name="contact_of_message"),
]

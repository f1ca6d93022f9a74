"""Addresses of what is done with mail by itself: rules, forwarding, vacation."""

from django.urls import path

from . import forwarding, rejected, rule_edit, rule_list, sieve, vacation, why

urlpatterns = [
    path("settings/rules/", rule_list.rule_list, name="rules"),
    path("settings/rules/new/", rule_edit.new, name="rule_new"),
    path("settings/rules/sieve/", sieve.sieve, name="sieve"),
    path("settings/rules/postillion.sieve", sieve.script, name="sieve_script"),
    path("settings/rules/<int:rule_id>/", rule_edit.edit, name="rule_edit"),
    path("settings/rules/<int:rule_id>/move/", rule_list.move, name="rule_move"),
    path("settings/rules/<int:rule_id>/switch/", rule_list.switch, name="rule_switch"),
    path("settings/rules/<int:rule_id>/delete/", rule_list.delete, name="rule_delete"),
    path("messages/<int:message_id>/why/", why.why, name="why"),
    path("settings/rejected/", rejected.rejected, name="rejected"),
    path("settings/vacation/", vacation.vacation, name="vacation"),
    path("settings/vacation/end/", vacation.end, name="vacation_end"),
    path("settings/forwarding/", forwarding.forward, name="forwarding"),
    path("settings/forwarding/all/", forwarding.take_all, name="forward_all"),
    path("settings/forwarding/<int:forward_id>/forget/", forwarding.forget, name="forward_forget"),
    path("forwarding/<str:consent>/", forwarding.agree, name="forwarding_agree"),
]

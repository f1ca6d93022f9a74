"""Addresses of what a person does with senders."""

from django.urls import path

from . import blocking, emptying, screener, sender_list, spam, sweep, unsubscribe

urlpatterns = [
    path("settings/senders/", sender_list.sender_list, name="senders"),
    path("settings/senders/screener/", sender_list.screen, name="screen_senders"),
    path("settings/spam/", spam.spam, name="spam"),
    path("settings/spam/switch/", spam.switch, name="spam_switch"),
    path("settings/spam/forget/", spam.forget, name="spam_forget"),
    path("senders/forget/", blocking.forget, name="sender_forget"),
    path("senders/judge/", screener.judge, name="sender_judge"),
    path("messages/<int:message_id>/block/", blocking.block, name="block"),
    path("messages/<int:message_id>/unsubscribe/", unsubscribe.unsubscribe, name="unsubscribe"),
    path("sweep/", sweep.sweep, name="sweep"),
    path("mail/<slug:slug>/empty/", emptying.empty, name="empty"),
]

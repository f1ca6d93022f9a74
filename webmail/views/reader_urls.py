"""Addresses of reading and writing: conversation, message, composer, outbox."""

from collections.abc import Callable

from django.urls import URLPattern, path, re_path

from . import (
    attachment,
    body,
    compose,
    conversation,
    enclosed,
    explorer,
    file_view,
    located,
    neighbour,
    pieces,
    plain_text,
    remote_picture,
    single_message,
    source,
    trace,
    uploads,
)


def _part(rest: str, view: Callable, name: str) -> URLPattern:
    route = rf"^messages/(?P<message_id>\d{{1,18}})/parts/(?P<address>{located.ADDRESS})/{rest}$"
    return re_path(route, view, name=name)


urlpatterns = [
    path("conversations/<int:thread_id>/", conversation.conversation, name="conversation"),
    path("conversations/<int:thread_id>/seen/", conversation.seen, name="conversation_seen"),
    re_path(
        r"^conversations/(?P<thread_id>\d{1,18})/(?P<direction>newer|older)/$",
        neighbour.of_conversation,
        name="conversation_neighbour",
    ),
    path("messages/<int:message_id>/", single_message.message, name="message"),
    re_path(
        r"^messages/(?P<message_id>\d{1,18})/(?P<direction>newer|older)/$",
        neighbour.of_message,
        name="message_neighbour",
    ),
    path("messages/<int:message_id>/seen/", single_message.seen, name="message_seen"),
    path("messages/<int:message_id>/body/", body.body, name="message_body"),
    path("messages/<int:message_id>/pictures/", remote_picture.sender_pictures, name="sender_pictures"),
    path(
        "messages/<int:message_id>/pictures/<slug:signature>/<slug:coded>",
        remote_picture.remote_picture,
        name="remote_picture",
    ),
    path("messages/<int:message_id>/source/", source.source, name="message_source"),
    path("messages/<int:message_id>/source.txt", source.text, name="message_source_text"),
    path("messages/<int:message_id>/message.eml", source.save, name="message_download"),
    path("messages/<int:message_id>/attachments.zip", attachment.archive, name="attachments_zip"),
    _part("", attachment.attachment, "attachment"),
    _part("view/", file_view.view, "file_view"),
    _part("message/", enclosed.enclosed, "enclosed"),
    _part("body/", body.enclosed_body, "enclosed_body"),
    _part(r"attachments\.zip", attachment.archive_inside, "enclosed_zip"),
    path("messages/<int:message_id>/parts/", explorer.explorer, name="explorer"),
    _part("explore/", explorer.explorer, "explorer_part"),
    _part("charset/", explorer.read_again, "read_again"),
    path("messages/<int:message_id>/trace/", trace.trace, name="trace"),
    path("messages/<int:message_id>/trace/<int:recipient_id>/", trace.dialogue, name="trace_dialogue"),
    path("compose/", compose.write, name="compose"),
    path("compose/save/", compose.save, name="compose_save"),
    path("compose/send/", compose.send, name="compose_send"),
    path("compose/text/", plain_text.convert, name="compose_text"),
    path("compose/discard/", compose.discard, name="compose_discard"),
    path("outbox/<int:outbound_id>/undo/", trace.undo, name="outbox_undo"),
    path("outbox/<int:outbound_id>/retry/", trace.retry, name="outbox_retry"),
    path("outbox/<int:outbound_id>/cancel/", trace.cancel, name="outbox_cancel"),
    path("outbox/recipients/<int:recipient_id>/again/", trace.again, name="outbox_again"),
    path("outbox/<int:outbound_id>/steer/<slug:verb>/", trace.steer, name="outbox_steer"),
    path("outbox/<int:outbound_id>/time/", trace.send_at, name="outbox_time"),
    path("uploads/", uploads.upload, name="uploads"),
    path("uploads/pieces/", uploads.begin, name="uploads_begin"),
    path("uploads/pieces/<slug:upload>/", pieces.piece, name="uploads_piece"),
    path("uploads/<int:upload_id>/", uploads.uploaded, name="upload"),
]

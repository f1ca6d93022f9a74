"""Writing a letter as the composer does: the real form, with its key against doubles."""

import secrets

from .forms import form_values
from .web_session import Answer, UnexpectedAnswerError, WebSession


def open_composer(session: WebSession) -> dict[str, str]:
    """The fields of a fresh composer, its key among them."""
    page = session.get("/compose/", X_Compose="window")
    if page.status != 200:
        raise UnexpectedAnswerError(f"{page.path}: {page.status}")
    return form_values(page.text, "key")


def send(session: WebSession, fields: dict[str, str], to: str, subject: str, text: str) -> Answer:
    """Press Send; the same `fields` sent again are the same letter."""
    form = {**fields, "to": to, "subject": subject, "text": text}
    return session.post("/compose/send/", form, Accept="application/json")


def send_new(session: WebSession, to: str, subject: str, text: str) -> Answer:
    """Write a letter and send it; raises UnexpectedAnswerError when it is not taken."""
    answer = send(session, open_composer(session), to, subject, text)
    if answer.status != 200:
        raise UnexpectedAnswerError(f"Send: {answer.status} {answer.text[:300]}")
    return answer


def unique_subject(purpose: str) -> str:
    """A subject that no other letter has."""
    return f"{purpose} {secrets.token_hex(6)}"


def set_undo_window(session: WebSession, seconds: int) -> None:
    """Choose, on the page of preferences, how long Send can be taken back."""
    form = form_values(session.get("/settings/").text, "undo_send_seconds")
    answer = session.post("/settings/", {**form, "undo_send_seconds": seconds})
    if answer.status != 200 or not form:
        raise UnexpectedAnswerError(f"settings: {answer.status}")

"""What listening sockets hand down to their connections."""

import socket

from webmail.servers.listen import listen


def test_no_answer_waits_for_the_acknowledgement_of_the_one_before() -> None:
    [listening] = listen("127.0.0.1:0")
    with listening, socket.create_connection(listening.getsockname()):
        connection, _ = listening.accept()
        with connection:
            assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)

"""The folder of tasks that stands in for Redis."""

import subprocess
import sys
from pathlib import Path

from kombu import Connection, Exchange, Queue

from webmail.broker import SCHEME

TASKS = 12
WRITER = """
import sys
from kombu import Connection, Exchange, Queue
from webmail import broker
folder = sys.argv[1]
options = {"data_folder_in": folder, "data_folder_out": folder, "control_folder": folder + "/control"}
with Connection(f"{broker.SCHEME}://localhost//", transport_options=options) as connection:
    queue = connection.SimpleQueue(Queue("tasks", Exchange(""), routing_key="tasks"))
    for number in range(int(sys.argv[2])):
        queue.put({"number": number, "text": "é" * 3_000_000}, serializer="json")
"""


def test_a_task_is_never_read_before_it_is_written(tmp_path: Path) -> None:
    folder = str(tmp_path)
    options = {
        "data_folder_in": folder,
        "data_folder_out": folder,
        "control_folder": folder + "/control",
        "polling_interval": 0.001,
    }
    writer = subprocess.Popen([sys.executable, "-c", WRITER, folder, str(TASKS)])
    try:
        with Connection(f"{SCHEME}://localhost//", transport_options=options) as connection:
            queue = connection.SimpleQueue(Queue("tasks", Exchange(""), routing_key="tasks"))
            numbers = []
            for _ in range(TASKS):
                task = queue.get(timeout=30)
                numbers.append(task.payload["number"])
                task.ack()
        assert writer.wait(30) == 0
    finally:
        writer.kill()
        writer.wait()
    assert sorted(numbers) == list(range(TASKS))

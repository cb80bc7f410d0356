"""A worker: takes tasks from a queue, works, reports. Python 3.8 or newer, standard library only.

    MILLRACE_CREDENTIALS=.millrace/credentials.json python3 worker.py

or MILLRACE_URL and MILLRACE_KEY (accessKeyId.accessKeySecret) instead of the file. On a machine of your own the runner lies
beside this file, under a name of its own: curl -o runner.py $MILLRACE_URL/worker.py
"""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../src/worker"))

import worker as runner  # noqa: E402


def do_the_work(task):
    """The job. Give back a JSON object; raise to report a failure."""
    return {task.input["worker_name"]: "success"}


runner.run(queue=os.environ.get("MILLRACE_QUEUE", "workers"), handler=do_the_work)

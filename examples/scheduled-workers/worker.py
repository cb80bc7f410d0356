"""A worker: takes tasks from a queue, works, reports. Python's standard library only; Python 3.8 or newer.

    MILLRACE_CREDENTIALS=.millrace/credentials.json python3 worker.py

or MILLRACE_URL, MILLRACE_KEY_ID and MILLRACE_KEY_SECRET instead of the file.
"""

import json
import os
import socket
import sys
import time
import urllib.error
import urllib.request

POLL_SECONDS = 30
PAUSE_AFTER_ERROR_SECONDS = 1
OUTPUT_LENGTH = 256 * 1024


def credentials():
    path = os.environ.get("MILLRACE_CREDENTIALS")
    if path:
        with open(path, encoding="utf-8") as file:
            found = json.load(file)
        return found["url"], found["accessKeyId"], found["accessKeySecret"]
    return os.environ["MILLRACE_URL"], os.environ["MILLRACE_KEY_ID"], os.environ["MILLRACE_KEY_SECRET"]


URL, KEY_ID, KEY_SECRET = credentials()
QUEUE = os.environ.get("MILLRACE_QUEUE", "workers")
WORKER = "%s-%d" % (socket.gethostname(), os.getpid())


def do_the_work(task):
    """The job. Give back a JSON object; raise to report a failure."""
    return {task["worker_name"]: "success"}


def turn(results):
    """One turn: hands in the finished tasks, gets the next ones. Waits for them when there is nothing to hand in."""
    body = {
        "reports": [result for result in results if "token" in result],
        "delete": [result["delete"] for result in results if "delete" in result],
        "max": 1,
        "waitSeconds": POLL_SECONDS,
        "worker": WORKER,
    }
    request = urllib.request.Request(
        "%s/v1/queues/%s/work" % (URL, QUEUE),
        data=json.dumps(body).encode("utf-8"),
        headers={"Authorization": "Bearer %s.%s" % (KEY_ID, KEY_SECRET), "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=POLL_SECONDS + 15) as response:
        return json.load(response)


def report(message):
    """Does a task, and says what came of it; a message that is no task is thrown away."""
    task = read_task(message["body"])
    if task is None:
        print("not a task, deleted: %s" % message["body"][:80], file=sys.stderr, flush=True)
        return {"delete": message["receipt"]}
    answer = {"token": task["task_token"], "receipt": message["receipt"]}
    try:
        output = do_the_work(task)
        if not isinstance(output, dict) or len(json.dumps(output, allow_nan=False)) > OUTPUT_LENGTH:
            raise TypeError("the output must be a JSON object of at most 256 KiB")
        answer["output"] = output
    except Exception as error:
        answer["error"] = type(error).__name__[:128]
        answer["cause"] = str(error)[:4096]
    return answer


def read_task(body):
    try:
        task = json.loads(body)
    except ValueError:
        return None
    return task if isinstance(task, dict) and isinstance(task.get("task_token"), str) else None


def main():
    results = []
    while True:
        try:
            answer = turn(results)
        except urllib.error.HTTPError as error:
            print(error.code, error.read().decode("utf-8", "replace"), file=sys.stderr, flush=True)
            time.sleep(PAUSE_AFTER_ERROR_SECONDS)
            continue
        except OSError as error:
            # The service may be restarting. Reports are kept: repeating one is harmless.
            print(error, file=sys.stderr, flush=True)
            time.sleep(PAUSE_AFTER_ERROR_SECONDS)
            continue
        for verdict in answer["verdicts"]:
            print("reported (event %d)" % verdict["eventId"] if verdict["ok"] else verdict["code"], flush=True)
        results = [report(message) for message in answer["messages"]]


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        pass

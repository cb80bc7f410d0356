#!/usr/bin/env python3
"""Millrace's runner: takes tasks from queues and runs a command for each, or a function of yours.

Python 3.8 or newer, standard library only. As a program:

    python3 worker.py nightly=2 -- ./backup.sh '{$.host}'        (--help tells more)

As a library:

    import worker

    @worker.task("nightly")
    def resize(task):
        task.progress({"done": 3, "of": 9})
        return {"files": 9}                  # or raise worker.Failure("DiskFull", "why")

    worker.run(slots=4)
"""

import argparse
import base64
import email.utils
import errno
import hashlib
import http.client
import json
import os
import platform
import random
import re
import secrets
import select
import selectors
import shutil
import signal
import socket
import ssl
import stat
import struct
import subprocess
import sys
import tempfile
import threading
import time
import traceback
import urllib.parse
import urllib.request
from collections import deque, namedtuple

try:
    import pwd
except ImportError:  # Windows, where this is a library only.
    pwd = None

VERSION = "0.2.0"

__all__ = ["Failure", "Task", "run", "task"]

# Bounds, each with its reason in limits.ts beside this file.
SLOTS_MAX = 1000
BATCH_MAX = 100
LEASE_SECONDS = (15, 3600)
BEATS_PER_LEASE = 3
BEATS_PER_HEARTBEAT = 2
POLL_SECONDS_MAX = 30
CALL_EXTRA_SECONDS = 15
ENTRIES_PER_CALL = 100
REPORTS_BYTES = 4 * 1024 * 1024
GATHER_SECONDS = 0.01
OUTPUT_BYTES = 256 * 1024
PROGRESS_BYTES = 4 * 1024
ERROR_LENGTH = 128
CAUSE_LENGTH = 2000
TRACE_LINES = 20
CUT = b"\n[...]\n"
TAIL_BYTES = 16 * 1024
TAIL_HEAD_BYTES = 4 * 1024
TAIL_OF_BEAT_BYTES = 4 * 1024
TAIL_REST_BYTES = TAIL_BYTES - TAIL_HEAD_BYTES - len(CUT)
UNREAD_BYTES = 1024 * 1024
LINE_BYTES = 64 * 1024
PIPES_AFTER_END_SECONDS = 1.0
GIVE_BACK_SECONDS = 60
BACKOFF_SECONDS = (0.5, 30.0)
ANSWER_BYTES_MAX = 64 * 1024 * 1024
SIGNALS_TOGETHER_SECONDS = 0.1
LAST_TRY_SECONDS = 5.0
KEPT_REPORTS_BYTES = 64 * 1024 * 1024
CLOCK_OFF_SECONDS = 60
EMPTY_ANSWERS = 2
BEAT_AGAIN_SECONDS = 1.0
PAUSED_AGAIN_SECONDS = 1.0
NAMES_MAX = 1000
# Of sockets: see limits.ts, which says why.
FRAME_BYTES = 1024 * 1024
CREDITS_MAX = 1000
HOLDS_MAX = 1000
CONNECT_SECONDS = 5.0
FRAME_ANSWER_SECONDS = 15.0
UNCONFIRMED_MAX = 2
CONFIRM_SECONDS = 0.02
PING_SECONDS = (30.0, 15.0)
HERE_SECONDS = 3600.0
RECONNECT_SECONDS = (1.0, 300.0)
SOCKET_LASTS_SECONDS = 60.0
NO_SOCKET_SECONDS = 30.0

TOKEN = re.compile(r"\bmr1\.[\w-]+\.[\w-]+\.[\w-]+", re.ASCII)
OVER = {"TaskOver", "LeaseExpired", "MessageNotExist", "MessageWithdrawn"}
NEVER = float("inf")


class UsageError(Exception):
    """What was asked for cannot be done, and why: told to whoever started the runner."""


class Failure(Exception):
    """Fails a task by a name that a flow's retry and catch know."""

    def __init__(self, name, cause=""):
        super().__init__(cause)
        self.name = name
        self.cause = cause


# JSON ------------------------------------------------------------------------------------------------------------


def _no_constant(name):
    raise ValueError(name + " is not JSON")


def read_json(text):
    """What a text says; None when it is not JSON, or says null."""
    try:
        return json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return None


def to_json(value):
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def utf8(text):
    # Half a surrogate pair is in no UTF-8.
    return text.encode("utf-8", "replace")


# Log -------------------------------------------------------------------------------------------------------------

LEVELS = ["debug", "info", "warn", "error"]
SUBJECT = ["queue", "flow", "execution", "step", "attempt", "delivery", "ms", "code", "error", "detail"]


class Mask:
    """Hides task tokens, and secrets, in what leaves the runner."""

    def __init__(self, hidden):
        self.hidden = hidden

    def text(self, text):
        for secret in self.hidden:
            text = text.replace(secret, "***")
        return TOKEN.sub("mr1.***", text)

    def bytes(self, line):
        if b"mr1." not in line and not any(secret.encode() in line for secret in self.hidden):
            return line
        return utf8(self.text(line.decode("utf-8", "replace")))


class Log:
    """The runner's own log. What a task says itself is never parsed into it."""

    def __init__(self, form, level, worker, mask, write):
        self.form, self.level, self.worker, self.mask, self.write = form, LEVELS.index(level), worker, mask, write

    def __call__(self, level, event, **subject):
        if LEVELS.index(level) < self.level:
            return
        known = {name: subject[name] for name in SUBJECT if subject.get(name) is not None}
        now = time.time()
        stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(now)) + ".%03dZ" % (now % 1 * 1000)
        if self.form == "json":
            line = to_json(dict({"time": stamp, "level": level, "event": event, "worker": self.worker}, **known))
        else:
            line = self.in_words(stamp, level, event, known)
        self.write(utf8(self.mask.text(line)) + b"\n")

    @staticmethod
    def in_words(stamp, level, event, subject):
        words = [stamp[11:19], level.upper(), event]
        if "queue" in subject:
            step = subject.get("step")
            name = subject["queue"] + ("/" + step if step else "")
            name += "#%s" % subject["attempt"] if step and "attempt" in subject else ""
            words.append(name + (" of " + subject["execution"] if "execution" in subject else ""))
        if "ms" in subject:
            words.append("in %.1fs" % (subject["ms"] / 1000))
        words += [subject[name] for name in ("code", "error", "detail") if subject.get(name)]
        return " ".join(words).replace("\n", "\\n")


def silent(level, event, **subject):
    """A log that says nothing."""


class Sink:
    """Passes lines on without ever waiting for their reader: what lies unread beyond a bound is dropped, and counted."""

    def __init__(self, descriptor):
        self.descriptor = descriptor
        self.cond = threading.Condition()
        self.waiting, self.bytes, self.dropped, self.is_closed = [], 0, 0, False
        threading.Thread(target=self.pass_on, daemon=True).start()

    def write(self, line):
        with self.cond:
            if self.is_closed:
                return
            if self.bytes + len(line) > UNREAD_BYTES:
                self.dropped += 1
                return
            self.waiting.append(line)
            self.bytes += len(line)
            self.cond.notify()

    def pass_on(self):
        while True:
            with self.cond:
                while not self.waiting:
                    self.cond.wait()
                chunk = b"".join(self.waiting)
                self.waiting = []
                if self.dropped:
                    chunk += b"[%d lines were dropped: they were not read fast enough]\n" % self.dropped
                    self.dropped = 0
            try:
                rest = chunk
                while rest:
                    try:
                        rest = rest[os.write(self.descriptor, rest) :]
                    except BlockingIOError:
                        select.select([], [self.descriptor], [])
            except OSError:
                # Nobody reads any more; the task's end does not depend on it.
                with self.cond:
                    self.is_closed = True
                    self.waiting, self.bytes = [], 0
                    self.cond.notify_all()
                return
            with self.cond:
                self.bytes -= min(len(chunk), self.bytes)
                if not self.waiting:
                    self.bytes = 0
                    self.cond.notify_all()

    def end(self, patience):
        deadline = time.monotonic() + patience
        with self.cond:
            while self.bytes and not self.is_closed and time.monotonic() < deadline:
                self.cond.wait(0.05)


# Processes -------------------------------------------------------------------------------------------------------


def _stat_of(pid):
    try:
        with open("/proc/%s/stat" % pid, encoding="latin1") as file:
            text = file.read()
    except OSError:
        return None
    # The name before it may hold anything, parentheses too.
    words = text[text.rindex(")") + 2 :].split(" ")
    return words[0], int(words[2]), words[19]


def start_of(pid):
    """When a process began, in the kernel's words: with its id it names the process for good."""
    found = _stat_of(pid)
    return found and found[2]


def signal_group(group, number):
    try:
        os.killpg(group, number)
        return True
    except PermissionError:
        return True
    except OSError:
        return False


def is_group_alive(group):
    """Whether any process of a group lives; a dead one that its parent never asked after does not count."""
    if not signal_group(group, 0):
        return False
    try:
        pids = [name for name in os.listdir("/proc") if name.isdigit()]
    except OSError:
        return True
    found = (_stat_of(pid) for pid in pids)
    return any(one is not None and one[1] == group and one[0] not in "ZX" for one in found)


def end_group(group, kill_after):
    """Ends a whole group: asks, and after a while does not ask any more. Returns when nobody of it lives."""
    signal_group(group, signal.SIGTERM)
    deadline = time.monotonic() + kill_after
    while is_group_alive(group):
        if time.monotonic() >= deadline:
            signal_group(group, signal.SIGKILL)
        time.sleep(0.025)


# Templates -------------------------------------------------------------------------------------------------------

PLACEHOLDER = re.compile(r"\{\$((?:\.[^\W\d][\w-]*|\[\d+\])*)\}")
PART = re.compile(r"\.([^\W\d][\w-]*)|\[(\d+)\]")


class BadInput(Exception):
    """The message does not fit the arguments."""


def _value_at(body, path):
    value = body
    for name, index in PART.findall(path):
        if index and isinstance(value, list) and int(index) < len(value):
            value = value[int(index)]
        elif name and isinstance(value, dict) and name in value:
            value = value[name]
        else:
            return None
    return value


def fill(args, body):
    """One argument stays one argument: nothing here ever reads what stands in a value."""

    def text_of(found):
        value = _value_at(body, found.group(1))
        if value is None:
            raise BadInput("the body has nothing at " + found.group(0)[1:-1])
        text = value if isinstance(value, str) else to_json(value)
        if "\0" in text:
            raise BadInput("the value at %s has a NUL in it" % found.group(0)[1:-1])
        return text

    filled, is_behind_dashes = [], False
    for arg in args:
        text = PLACEHOLDER.sub(text_of, arg)
        if text.startswith("-") and text != arg and arg.startswith("{") and not is_behind_dashes:
            raise BadInput('the value for %s begins with "-": it could be taken for an option' % arg)
        is_behind_dashes = is_behind_dashes or arg == "--"
        filled.append(text)
    return filled


# What a command says ---------------------------------------------------------------------------------------------


class Tail:
    """The first and the last of what was said, in bounded room."""

    def __init__(self):
        self.head, self.rest, self.is_cut = b"", bytearray(), False

    def add(self, chunk):
        room = TAIL_HEAD_BYTES - len(self.head)
        if room > 0:
            self.head += chunk[:room]
            chunk = chunk[room:]
        self.rest += chunk
        if len(self.rest) > TAIL_REST_BYTES:
            self.is_cut = True
        # Not at each chunk: many small ones would be copied again and again.
        if len(self.rest) > 2 * TAIL_REST_BYTES:
            del self.rest[:-TAIL_REST_BYTES]

    def text(self, limit=TAIL_BYTES):
        if limit <= 0:
            return ""
        whole = self.head + (CUT if self.is_cut else b"") + bytes(self.rest[-TAIL_REST_BYTES:])
        text = whole[-limit:].decode("utf-8", "replace")
        if len(whole) > limit:
            text = text.lstrip("\ufffd")
        # What was replaced takes more room than what it replaced.
        while len(utf8(text)) > limit:
            text = text[max((len(utf8(text)) - limit) // 4, 1) :]
        return text


class Lines:
    """Cuts a stream into lines, each with its newline; one that is too long comes in parts."""

    def __init__(self, take, limit=LINE_BYTES):
        self.take, self.limit, self.open = take, limit, bytearray()

    def add(self, chunk):
        self.open += chunk
        end = self.open.rfind(b"\n")
        if end != -1:
            whole = bytes(self.open[: end + 1])
            del self.open[: end + 1]
            for line in whole.splitlines(True) if b"\r" not in whole else _split(whole):
                self.take(line)
        if len(self.open) > self.limit:
            self.end()

    def end(self):
        if self.open:
            self.take(bytes(self.open) + b"\n")
            self.open = bytearray()


def _split(whole):
    return [line + b"\n" for line in whole[:-1].split(b"\n")]


# Tasks -----------------------------------------------------------------------------------------------------------


class Task:
    """A message that this runner holds, from its delivery to its verdict; what a handler is given."""

    def __init__(self, queue, message, lease, now):
        self.queue = queue
        self.message = message
        self.receipt = message["receipt"]
        self.body = message["body"]
        self.delivery = message.get("dequeueCount")
        self._wire = message.get("task") or _task_in(self.body)
        wire = self._wire or {}
        self.flow, self.execution = wire.get("flow"), wire.get("execution")
        self.step, self.attempt = wire.get("step"), wire.get("attempt")
        self._ends_at = now + wire["remainingSeconds"] if "remainingSeconds" in wire else NEVER
        self._state = "waiting"
        self._taken_at = now
        self._lease = message.get("leaseSeconds") or lease
        self._lease_until = now + self._lease
        self._beat_at = now + self._pause()
        self._is_beating = False
        self._is_confirmed = wire.get("confirm") is not True
        self._over_code = None
        self._stop = None
        self._stopped = threading.Event()
        self._on_stop = None
        self._progress = None
        self._log = None
        self._read_progress = lambda: None
        self._read_log = lambda: None

    @property
    def input(self):
        """The message's body as JSON; None when it is none."""
        return read_json(self.body)

    @property
    def remaining(self):
        """Seconds that the attempt may still take, or None when it has no limit."""
        return None if self._ends_at == NEVER else max(self._ends_at - time.monotonic(), 0)

    @property
    def stopping(self):
        """Set when the service says that the task is over, or when the runner is told to end at once."""
        return self._stopped.is_set()

    def wait(self, seconds):
        """Sleeps, but no longer than the task may run; true when it is to stop."""
        return self._stopped.wait(seconds)

    def progress(self, value):
        """Shown with the step; goes with the next sign of life."""
        self._progress = value if len(utf8(to_json(value))) <= PROGRESS_BYTES else {"text": "too large to be shown"}

    # What follows is the runner's.

    def _end(self, reason):
        if self._stop is not None:
            return
        self._stop = reason
        self._stopped.set()
        if self._on_stop:
            self._on_stop()

    @property
    def _is_unconfirmed(self):
        return self._state == "running" and not self._is_confirmed and self._stop is None

    def _pause(self):
        """Seconds between signs of life, by the lease that was granted last."""
        of_lease = self._lease / BEATS_PER_LEASE
        heartbeat = (self._wire or {}).get("heartbeatSeconds")
        return of_lease if heartbeat is None else min(of_lease, heartbeat / BEATS_PER_HEARTBEAT)

    def _beat(self, only_on_progress, takes_logs):
        told = self._read_progress()
        self._progress = self._progress if told is None else told
        self._log = self._read_log() or self._log
        beat = {"receipt": self.receipt}
        if takes_logs and self._log:
            beat["log"] = self._log
        if self._progress is not None:
            beat["progress"] = self._progress
        elif only_on_progress:
            beat["alive"] = False
        return beat

    def _extended(self, lease, sent_at):
        self._lease = lease
        self._lease_until = sent_at + lease
        self._beat_at = sent_at + self._pause()
        self._progress = self._log = None
        self._is_confirmed = True

    def _subject(self):
        return {
            "queue": self.queue,
            "flow": self.flow,
            "execution": self.execution,
            "step": self.step,
            "attempt": self.attempt,
            "delivery": self.delivery,
        }

    def _short_name(self):
        attempt = "" if self.attempt is None else "#%s" % self.attempt
        return "%s/%s%s" % (self.queue, self.step or self.message["id"][:8], attempt)


IS_TOKEN = re.compile(r"mr1\.[\w-]+\.[\w-]+\.[\w-]+\Z", re.ASCII)


def _task_in(body):
    """Where flows for older services put a task's token."""
    value = read_json(body)
    for name in ("task_token", "taskToken", "token"):
        token = value.get(name) if isinstance(value, dict) else None
        if isinstance(token, str) and IS_TOKEN.match(token):
            return {"token": token}
    return None


# A result is ("success", output), ("failure", error, cause), ("giveBack", seconds), ("bury", reason) or ("silence",);
# the log's tail is beside it.


def failure(error, cause):
    return ("failure", error[:ERROR_LENGTH], cause[-CAUSE_LENGTH:])


def output_of(text, place):
    if len(utf8(text)) > OUTPUT_BYTES:
        return failure("Worker.BadOutput", "the output in %s is larger than %d bytes" % (place, OUTPUT_BYTES))
    value = read_json(text)
    if isinstance(value, dict):
        return ("success", value)
    return failure("Worker.BadOutput", "the output in %s is not one JSON object: %s" % (place, text[:200]))


# What is run for a message, and with what; `env` is in place of the runner's own.
Launch = namedtuple("Launch", "program args cwd stdin env")

TEXTS_OF_PAYLOAD = ("command", "host", "shell", "user", "cwd", "stdin")
VARIABLE = re.compile(r"[A-Za-z_]\w*", re.ASCII)
# Not in the path of a command.
RUNUSER = ("/usr/sbin/runuser", "/sbin/runuser", "/usr/bin/runuser", "/bin/runuser")


def read_payload(body):
    """A command as a message tells it; whatever else stands in it does not count. What is null is not there."""
    value = read_json(body)
    if not isinstance(value, dict):
        raise BadInput("the body is not one JSON object")
    payload = {name: value[name] for name in TEXTS_OF_PAYLOAD + ("env",) if value.get(name) is not None}
    env = payload.get("env", {})
    for name in TEXTS_OF_PAYLOAD:
        text = payload.get(name, "")
        if not isinstance(text, str):
            raise BadInput("%s is no text" % name)
        if "\0" in text:
            raise BadInput("%s has a NUL in it" % name)
    if not payload.get("command", "").strip():
        raise BadInput("it has no command")
    if not isinstance(env, dict) or not all(
        VARIABLE.fullmatch(name) and isinstance(text, str) and "\0" not in text for name, text in env.items()
    ):
        raise BadInput("env is no object of texts by names of variables")
    return payload


def allow_line(payload):
    """All that decides about a command, in one spelling."""
    deciding = {name: value for name, value in payload.items() if name != "host" and value != {}}
    return json.dumps(deciding, sort_keys=True)


class RunCommands:
    """Runs what messages say, as cron would: for those who asked for it, since whoever may send them then runs commands here."""

    def __init__(self, name, users, allow, env_file):
        self.name, self.users = name, users
        self.allowed = None if allow is None else set(self.read_allowed(allow))
        self.variables = {} if env_file is None else dict(self.read_variables(env_file))

    @staticmethod
    def lines_of(file):
        """Without comments and empty lines, with their places."""
        for number, line in enumerate(_read_text(file, "of lines").split("\n"), 1):
            if line.strip() and not line.strip().startswith("#"):
                yield line.strip(), "%s:%d" % (file, number)

    @classmethod
    def read_allowed(cls, file):
        for line, place in cls.lines_of(file):
            try:
                yield allow_line(read_payload(line))
            except BadInput as error:
                hint = "each line is a command as `millrace import crontab --print-allow` prints it"
                raise UsageError("%s: %s: %s" % (place, error, hint))

    @classmethod
    def read_variables(cls, file):
        for line, place in cls.lines_of(file):
            name, equals, value = line.partition("=")
            if not equals or not VARIABLE.fullmatch(name):
                raise UsageError("%s: this is not NAME=value" % place)
            yield name, re.sub(r"^([\"'])(.*)\1$", r"\2", value)

    def launch_of(self, body):
        """What a message's body asks for, or as a result why it is not done."""
        try:
            payload = read_payload(body)
        except BadInput as error:
            return failure("Worker.BadInput", str(error))
        # Another worker's turn: it has come to the wrong machine.
        if payload.get("host", self.name) != self.name:
            return ("giveBack", GIVE_BACK_SECONDS)
        if self.allowed is not None and allow_line(payload) not in self.allowed:
            return failure("Worker.Denied", "the command does not stand in the file of --allow on this machine")
        own, user = self.own_account(), payload.get("user")
        if user is None or user == own[0]:
            return self.launch(payload, own, [])
        runuser = next((file for file in RUNUSER if os.path.exists(file)), None)
        denial = self.denial_of(user, runuser)
        if denial:
            return failure("Worker.Denied", denial)
        return self.launch(payload, (user, pwd.getpwnam(user).pw_dir or "/"), [runuser, "-u", user, "--"])

    def denial_of(self, user, runuser):
        if user not in self.users:
            return "commands may not run as %s here: the worker's --users does not name it" % user
        if os.getuid() != 0:
            return "only a worker that runs as root can run commands as %s" % user
        try:
            pwd.getpwnam(user)
        except KeyError:
            return "there is no user %s on this machine" % user
        return None if runuser else "there is no runuser on this machine"

    @staticmethod
    def own_account():
        """Who runs this. In a container it may be a number that nobody has a name for."""
        try:
            account = pwd.getpwuid(os.getuid())
            return account.pw_name, account.pw_dir
        except KeyError:
            return str(os.getuid()), os.environ.get("HOME", "/")

    def launch(self, payload, account, before):
        name, home = account
        shell = payload.get("shell", "/bin/sh")
        words = before + [shell, "-c", payload["command"]]
        # As cron sets them.
        env = {"LOGNAME": name, "USER": name, "HOME": home, "SHELL": shell, "PATH": "/usr/bin:/bin"}
        env.update(self.variables)
        env.update(payload.get("env", {}))
        return Launch(words[0], words[1:], payload.get("cwd", home), payload.get("stdin", ""), env)


class CommandDoer:
    """Does tasks by running a command for each."""

    def __init__(self, options, log, mask, out, err, groups, run_commands):
        self.o, self.log, self.mask, self.out, self.err, self.groups = options, log, mask, out, err, groups
        self.run_commands = run_commands

    def launch_of(self, task):
        if self.run_commands:
            return self.run_commands.launch_of(task.body)
        program, args = self.o.command[0], self.o.command[1:]
        if self.o.has_templates and any(PLACEHOLDER.search(arg) for arg in args):
            body = read_json(task.body)
            is_json = body is not None or task.body.strip() == "null"
            try:
                if not is_json:
                    raise BadInput("the body is not JSON")
                args = fill(args, body)
            except BadInput as error:
                return failure("Worker.BadInput", str(error)) if task._wire or is_json else ("bury", str(error))
        return Launch(program, args, self.o.cwd, task.body if self.o.stdin == "body" else None, None)

    def do(self, task):
        launch = self.launch_of(task)
        if not isinstance(launch, Launch):
            return launch, ""
        folder = tempfile.mkdtemp(prefix="millrace-")
        try:
            files = [os.path.join(folder, name) for name in ("output", "progress")]
            for file in files:
                os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
            if self.o.log_commands:
                self.log("info", "started", detail=" ".join([launch.program] + launch.args), **task._subject())
            return _Command(self, task, files, launch).run()
        finally:
            task._on_stop = None
            task._read_progress = task._read_log = lambda: None
            shutil.rmtree(folder, ignore_errors=True)


class _Command:
    """One run of it."""

    def __init__(self, doer, task, files, launch):
        self.doer, self.o, self.task, self.launch = doer, doer.o, task, launch
        self.output_file, self.progress_file = files
        self.progress_read = 0
        self.tail, self.stderr = Tail(), b""
        # Whoever sends beats reads it from another thread.
        self.is_tail_told, self.tail_lock = True, threading.Lock()
        self.kept, self.last_line = bytearray(), None
        self.ender = None
        self.stop = None

    def run(self):
        began = time.monotonic()
        launch = self.launch
        # A message that says what is run says what it reads, too: nothing, where it says nothing.
        is_fed = launch.stdin is not None if launch.env is None else launch.stdin != ""
        try:
            child = subprocess.Popen(
                [launch.program] + launch.args,
                cwd=launch.cwd,
                env=self.environment(),
                stdin=subprocess.PIPE if is_fed else subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                start_new_session=True,
            )
        except (OSError, ValueError) as error:
            return self.not_started(error), ""
        self.pid = child.pid
        self.doer.groups.began(child.pid, start_of(child.pid))
        self.task._read_progress, self.task._read_log = self.read_progress, self.read_log
        self.task._on_stop = self.on_stop
        if self.task.stopping:
            self.on_stop()
        self.attend(child, utf8(launch.stdin) if is_fed else b"", began)
        seconds = round(time.monotonic() - began, 3)
        if self.ender:
            self.ender.join()
        self.end_leftovers()
        self.doer.groups.ended(child.pid)
        result = self.result_of(child.returncode, seconds)
        return result, self.log_of(result)

    def on_stop(self, reason=None):
        """The group is ended, by whoever says so first."""
        if self.ender is None:
            self.stop = reason or self.task._stop
            self.ender = threading.Thread(target=end_group, args=(self.pid, self.o.kill_after), daemon=True)
            self.ender.start()

    def attend(self, child, body, began):
        """Feeds the command and hears it until it ends, and its pipes do; those wait for a second at the most."""
        deadline = NEVER if self.o.timeout is None else began + self.o.timeout
        limit = OUTPUT_BYTES + 1 if self.o.output == "last-line" else LINE_BYTES
        out = Lines(self.take_line, limit)
        err = Lines(lambda line: self.pass_to(self.doer.err, line))
        hears = {child.stdout: (out, self.hear_out), child.stderr: (err, self.hear_err)}
        pidfd = os.pidfd_open(child.pid) if hasattr(os, "pidfd_open") else None
        with selectors.DefaultSelector() as selector:
            for pipe in hears:
                selector.register(pipe, selectors.EVENT_READ)
            if child.stdin:
                os.set_blocking(child.stdin.fileno(), False)
                selector.register(child.stdin, selectors.EVENT_WRITE)
            if pidfd is not None:
                selector.register(pidfd, selectors.EVENT_READ)
            body, patience = memoryview(body), NEVER
            while any(pipe in selector.get_map() for pipe in hears) or child.poll() is None:
                now = time.monotonic()
                if now >= deadline:
                    deadline = NEVER
                    self.on_stop("timeout")
                if patience == NEVER and child.poll() is not None:
                    patience = now + PIPES_AFTER_END_SECONDS
                if now >= patience:
                    break
                pause = min(deadline - now, patience - now, 1.0 if pidfd is not None else 0.02)
                for key, _ in selector.select(max(pause, 0.001)):
                    pipe = key.fileobj
                    if pipe == pidfd:
                        selector.unregister(pidfd)
                    elif pipe is child.stdin:
                        body = self.feed(selector, pipe, body)
                    else:
                        self.hear(selector, pipe, *hears[pipe])
        for lines in (out, err):
            lines.end()
        for pipe in (child.stdin, child.stdout, child.stderr):
            if pipe:
                try:
                    pipe.close()
                except OSError:
                    pass
        if pidfd is not None:
            os.close(pidfd)
        child.wait()

    @staticmethod
    def feed(selector, pipe, body):
        try:
            body = body[os.write(pipe.fileno(), body[:65536]) :] if len(body) else body
        except BlockingIOError:
            return body
        except OSError:
            # The command need not read what it is given.
            body = body[:0]
        if len(body) == 0:
            selector.unregister(pipe)
            pipe.close()
        return body

    @staticmethod
    def hear(selector, pipe, lines, look):
        chunk = os.read(pipe.fileno(), 65536)
        if not chunk:
            selector.unregister(pipe)
            return
        look(chunk)
        lines.add(chunk)

    def hear_out(self, chunk):
        self.hear_any(chunk)
        # One byte more than may be tells that it is too much.
        if self.o.output == "stdout":
            self.kept += chunk[: max(OUTPUT_BYTES + 1 - len(self.kept), 0)]

    def hear_any(self, chunk):
        with self.tail_lock:
            self.tail.add(chunk)
            self.is_tail_told = False

    def hear_err(self, chunk):
        self.hear_any(chunk)
        self.stderr = (self.stderr + chunk)[-CAUSE_LENGTH * 4 :]

    def take_line(self, line):
        self.pass_to(self.doer.out, line)
        if self.o.output == "last-line" and line.strip():
            self.last_line = line

    def pass_to(self, sink, line):
        if not self.o.quiet_tasks:
            prefix = b"[%s] " % utf8(self.task._short_name()) if self.o.prefix else b""
            sink.write(prefix + self.doer.mask.bytes(line))

    def end_leftovers(self):
        if not is_group_alive(self.pid):
            return
        if self.o.kill_leftovers:
            end_group(self.pid, self.o.kill_after)
            return
        detail = "the command ended and left processes behind: --kill-leftovers ends them"
        self.doer.log("warn", "warning", detail=detail, **self.task._subject())

    def environment(self):
        task, o = self.task, self.o
        own = {
            "QUEUE": task.queue,
            "FLOW": task.flow,
            "EXECUTION": task.execution,
            "STEP": task.step,
            "ATTEMPT": task.attempt,
            "DELIVERY": task.delivery,
            "WORKER": o.worker,
            "MESSAGE_ID": task.message["id"],
            "REMAINING_SECONDS": (task._wire or {}).get("remainingSeconds"),
            "OUTPUT": self.output_file,
            "PROGRESS": self.progress_file,
            "TOKEN": task._wire["token"] if task._wire and o.pass_token else None,
        }
        # What opens the service's door is not for the commands.
        env = {
            name: value
            for name, value in (os.environ if self.launch.env is None else self.launch.env).items()
            if not name.startswith("MILLRACE_KEY") and name != "MILLRACE_CREDENTIALS"
        }
        for name, value in own.items():
            env.pop("MILLRACE_" + name, None)
            if value is not None:
                env["MILLRACE_" + name] = str(value)
        return env

    def read_file(self):
        try:
            with open(self.output_file, "rb") as file:
                text = file.read(OUTPUT_BYTES + 1).decode("utf-8", "replace")
        except OSError:
            # The command may remove its own file.
            return None
        return text if text.strip() else None

    def read_progress(self):
        """The newest whole line since the last time, as JSON or else as text."""
        try:
            with open(self.progress_file, "rb") as file:
                size = os.fstat(file.fileno()).st_size
                start = max(self.progress_read, size - 2 * PROGRESS_BYTES)
                file.seek(start)
                chunk = file.read(2 * PROGRESS_BYTES)
        except OSError:
            return None
        end = chunk.rfind(b"\n")
        if end == -1:
            return None
        self.progress_read = start + end + 1
        lines = [line for line in chunk[:end].split(b"\n") if line.strip()]
        if not lines:
            return None
        line = lines[-1].decode("utf-8", "replace")
        value = read_json(line) if len(lines[-1]) <= PROGRESS_BYTES else None
        return {"text": line[: PROGRESS_BYTES // 4]} if value is None else value

    def read_log(self):
        """The end of what was written, if there is more of it since the last time."""
        with self.tail_lock:
            if self.is_tail_told or self.o.log_tail == 0:
                return None
            self.is_tail_told = True
            return self.doer.mask.text(self.tail.text(TAIL_OF_BEAT_BYTES))

    def result_of(self, status, seconds):
        o = self.o
        cause = self.doer.mask.text(self.stderr.decode("utf-8", "replace").lstrip("\ufffd").rstrip())[-CAUSE_LENGTH:]
        if self.stop == "timeout":
            return failure("Worker.Timeout", "it took longer than %g s" % o.timeout)
        if self.stop == "shutdown":
            stopped = failure("Worker.Stopped", "the worker was told to end")
            return stopped if o.on_stop == "fail" else ("giveBack", 0)
        if self.stop is not None:
            return ("silence",)
        if status < 0:
            return failure("Signal." + signal.Signals(-status).name[3:], cause)
        written = self.read_file()
        if status == 0:
            return self.output(written, seconds)
        if status in o.give_back:
            return ("giveBack", GIVE_BACK_SECONDS)
        own = read_json(written) if written else None
        if isinstance(own, dict) and isinstance(own.get("error"), str) and own["error"]:
            return failure(own["error"], own["cause"] if isinstance(own.get("cause"), str) else cause)
        return failure(o.errors.get(status, "Exit.%d" % status), cause)

    def output(self, written, seconds):
        if self.o.output == "file":
            if written is None:
                return ("success", {"exitCode": 0, "seconds": seconds, "worker": self.o.worker})
            return output_of(written, "the file $MILLRACE_OUTPUT")
        said = self.kept if self.o.output == "stdout" else (self.last_line or b"")
        return output_of(bytes(said).decode("utf-8", "replace"), "stdout")

    def log_of(self, result):
        if self.o.log_tail == 0 or result[0] not in ("success", "failure"):
            return ""
        return self.doer.mask.text(self.tail.text(self.o.log_tail if result[0] == "success" else TAIL_BYTES))

    def not_started(self, error):
        code = getattr(error, "errno", None)
        # The machine is short of something just now; the task is none the worse for it.
        if code in (errno.EAGAIN, errno.ENOMEM, errno.EMFILE, errno.ENFILE):
            return ("giveBack", GIVE_BACK_SECONDS)
        if code == errno.E2BIG or isinstance(error, ValueError):
            return failure("Worker.BadInput", "%s: %s" % (self.launch.program, error))
        if code in (errno.EACCES, errno.EPERM):
            return failure("Worker.Denied", str(error))
        if self.launch.cwd is not None and not os.access(self.launch.cwd, os.X_OK):
            return failure("Worker.Denied", "the folder %s cannot be entered" % self.launch.cwd)
        return failure("Worker.CommandNotFound", str(error))


class HandlerDoer:
    """Does tasks by calling a function."""

    def __init__(self, find):
        self.find = find

    def do(self, task):
        try:
            handler = self.find(task)
            if handler is None:
                raise Failure("Worker.BadInput", "no handler for the step %s" % task.step)
            output = handler(task)
            result = output_of(to_json({} if output is None else output), "the handler's answer")
        except Failure as error:
            result = failure(str(error.name), str(error.cause))
        except Exception as error:  # pylint: disable=broad-except
            trace = traceback.format_exc().splitlines()[:TRACE_LINES]
            result = failure(type(error).__name__, "\n".join([str(error)] + trace)[:CAUSE_LENGTH])
        if task._stop == "shutdown" and result[0] == "failure":
            return ("giveBack", 0), ""
        return (("silence",) if task._stop in ("over", "attemptOver") else result), ""


# The connection --------------------------------------------------------------------------------------------------


class Outcome:
    """What came of a call: an answer, a refusal (status, code, detail), or nobody who answers (reason)."""

    def __init__(self, answer=None, status=None, code="", detail="", retry_after=None, is_stale=False):
        self.answer, self.status, self.code, self.detail = answer, status, code, detail
        self.retry_after, self.is_stale = retry_after, is_stale


class Connection:
    """One connection that is kept; a call at a time."""

    def __init__(self, service):
        self.service = service
        self.conn = None
        self.is_cut = False

    def post(self, path, body, wait):
        text = utf8(to_json(body))
        outcome = self.send(path, text, wait)
        # A connection that was kept may have been closed meanwhile, which is no news of the service.
        return self.send(path, text, wait) if outcome.is_stale and not self.is_cut else outcome

    def cut(self):
        """Ends the call that waits, from another thread."""
        self.is_cut = True
        conn = self.conn
        if conn is not None and conn.sock is not None:
            try:
                conn.sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def send(self, path, text, wait):
        is_used = self.conn is not None
        try:
            if self.conn is None:
                self.conn = self.service.connect()
            self.conn.timeout = wait + CALL_EXTRA_SECONDS
            if self.conn.sock is not None:
                self.conn.sock.settimeout(self.conn.timeout)
            self.conn.request("POST", path, text, self.service.headers)
            response = self.conn.getresponse()
            raw = response.read(ANSWER_BYTES_MAX + 1)
            if response.will_close:
                self.close()
        except (OSError, http.client.HTTPException) as error:
            self.close()
            gone = (ConnectionResetError, BrokenPipeError, http.client.RemoteDisconnected)
            return Outcome(detail="%s: %s" % (type(error).__name__, error), is_stale=is_used and isinstance(error, gone))
        self.service.look(response.headers)
        return _outcome_of(response, read_json(raw.decode("utf-8", "replace")))

    def close(self):
        if self.conn is not None:
            self.conn.close()
            self.conn = None


def _outcome_of(response, value):
    if response.status == 200:
        if isinstance(value, dict):
            return Outcome(answer=value)
        return Outcome(detail="the answer is not JSON: is the address right?")
    problem = value if isinstance(value, dict) else {}
    code = problem.get("code")
    # Whoever answers without a code is not the service, but something on the way to it.
    if not isinstance(code, str) and response.status not in (429, 503):
        return Outcome(detail="answered with %d, and not as Millrace does" % response.status)
    detail = str(problem.get("detail", "")) + (" " + to_json(problem["errors"]) if "errors" in problem else "")
    try:
        retry_after = float(response.headers.get("retry-after", ""))
    except ValueError:
        retry_after = None
    return Outcome(status=response.status, code=code or "", detail=detail, retry_after=retry_after)


class Service:
    """Where the service is, with which key, and which words it knows."""

    def __init__(self, credentials, ca, look):
        self.url, self.key = credentials
        self.ca, self.look = ca, look
        self.is_older = False
        self.was_reached = False
        self.replace(credentials, ca)

    def replace(self, credentials, ca):
        self.url, self.key = credentials
        self.headers = {
            "authorization": "Bearer " + self.key,
            "content-type": "application/json",
            "user-agent": "millrace-worker-python/" + VERSION,
        }
        self.tls = None
        if self.url.startswith("https:"):
            self.tls = ssl.create_default_context()
            self.tls.minimum_version = ssl.TLSVersion.TLSv1_2
            if ca:
                self.tls.load_verify_locations(ca)

    def connect(self):
        parts = urllib.parse.urlsplit(self.url)
        if self.tls is None:
            return http.client.HTTPConnection(parts.hostname, parts.port)
        proxy = urllib.request.getproxies().get("https")
        if not proxy or urllib.request.proxy_bypass(parts.hostname):
            return http.client.HTTPSConnection(parts.hostname, parts.port, context=self.tls)
        through = urllib.parse.urlsplit(proxy)
        conn = http.client.HTTPSConnection(through.hostname, through.port or 80, context=self.tls)
        conn.set_tunnel(parts.hostname, parts.port or 443)
        return conn

    def work(self, conn, queue, request):
        path = "/v1/queues/%s/work" % urllib.parse.quote(queue, safe="")
        if not self.is_older:
            outcome = conn.post(path, request, request.get("waitSeconds", 0))
            if not (outcome.status == 400 and re.search("[Uu]nrecognized.*session", outcome.detail)):
                return self.checked(outcome)
            self.is_older = True
        return self.checked(self.work_older(conn, path, request))

    def checked(self, outcome):
        answer = outcome.answer
        if answer is None:
            return outcome
        if not isinstance(answer.get("messages"), list) or not isinstance(answer.get("verdicts"), list):
            return Outcome(detail="the answer is not Millrace's: is the address right?")
        self.was_reached = True
        return outcome

    @staticmethod
    def work_older(conn, path, request):
        """The same, in the words of services that know neither sessions nor beats."""
        base, lease, told = path[: -len("/work")], request["leaseSeconds"], []
        if request.get("beats"):
            receipts = [beat["receipt"] for beat in request["beats"]]
            outcome = conn.post(base + "/extend", {"receipts": receipts, "leaseSeconds": lease}, 0)
            if outcome.answer is None:
                return outcome
            told = [
                {"ok": True, "leaseSeconds": lease} if one.get("ok") else one for one in outcome.answer.get("verdicts", [])
            ]
        # There is no grave: what no worker can do goes through its deliveries.
        receipts = [entry["receipt"] for entry in request.get("release", []) + request.get("bury", [])]
        if receipts:
            outcome = conn.post(base + "/release", {"receipts": receipts}, 0)
            if outcome.answer is None:
                return outcome
        reports = [{k: v for k, v in report.items() if k != "log"} for report in request.get("reports", [])]
        remove = request.get("delete", [])
        if not reports and not remove and not request["max"]:
            return Outcome(answer={"verdicts": [], "beats": told, "messages": []})
        own = {name: request[name] for name in ("max", "waitSeconds", "leaseSeconds")}
        # One poll a name: two runners of one name would answer each other's.
        own["worker"] = (request["worker"] + "-" + request["session"])[-128:]
        outcome = conn.post(path, dict(own, reports=reports, delete=remove), request["waitSeconds"])
        if outcome.answer is not None:
            outcome.answer["beats"] = told
            for message in outcome.answer.get("messages", []):
                message["leaseSeconds"] = lease
        return outcome


class Lane:
    """One of the two ways to the service, and how long it rests after a failure."""

    def __init__(self):
        self.next = BACKOFF_SECONDS[0]
        self.out, self.slots, self.resume_at = 0, 0, 0.0

    def succeeded(self):
        self.next, self.resume_at = BACKOFF_SECONDS[0], 0.0

    def failed(self, outcome):
        self.resume_at = time.monotonic() + self.pause(outcome)

    def pause(self, outcome):
        if outcome.status in (401, 403):
            return 60.0
        if outcome.status == 404:
            return 30.0
        if outcome.retry_after is not None and outcome.status in (429, 503):
            asked = max(outcome.retry_after, 1.0)
            return asked + asked / 2 * random.random()
        whole = self.next
        self.next = min(whole * 2, BACKOFF_SECONDS[1])
        return whole / 2 + whole / 2 * random.random()


# Sockets ---------------------------------------------------------------------------------------------------------


class Upgraded:
    """A WebSocket, as far as this one speaks it: text messages, both ways. Used by one thread alone."""

    def __init__(self, service, path):
        self.conn = service.connect()
        self.conn.timeout = CONNECT_SECONDS
        self.rest, self.parts = b"", []
        try:
            self.conn.connect()
            self.sock = self.conn.sock
            self.upgrade(service, path)
        except Exception:
            self.conn.close()
            raise

    def upgrade(self, service, path):
        key = base64.b64encode(os.urandom(16)).decode("ascii")
        host = urllib.parse.urlsplit(service.url).netloc
        lines = ["GET %s HTTP/1.1" % path, "host: " + host, "upgrade: websocket", "connection: Upgrade"]
        lines += ["sec-websocket-key: " + key, "sec-websocket-version: 13"]
        lines += ["%s: %s" % pair for pair in service.headers.items() if pair[0] != "content-type"]
        self.sock.sendall(utf8("\r\n".join(lines) + "\r\n\r\n"))
        while b"\r\n\r\n" not in self.rest:
            if len(self.rest) > 65536 or not self.receive():
                raise OSError("no socket was opened")
        head, self.rest = self.rest.split(b"\r\n\r\n", 1)
        first, *others = head.decode("latin-1").split("\r\n")
        headers = {name.strip().lower(): value.strip() for name, _, value in (one.partition(":") for one in others)}
        wanted = hashlib.sha1(utf8(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")).digest()
        is_it = headers.get("sec-websocket-accept") == base64.b64encode(wanted).decode("ascii")
        if first.split(" ")[1:2] != ["101"] or not is_it:
            raise OSError("no socket was opened")

    def receive(self):
        some = self.sock.recv(65536)
        self.rest += some
        return bool(some)

    def waits_for(self, other, seconds):
        """Whether there is something to read; `other` ends the wait as well."""
        if getattr(self.sock, "pending", int)():
            return True
        return self.sock in select.select([self.sock, other], [], [], seconds)[0]

    def send(self, text, kind=1):
        data, mask = utf8(text) if isinstance(text, str) else text, os.urandom(4)
        size = len(data)
        length = struct.pack("!B", 128 | size) if size < 126 else b""
        if size >= 126:
            length = struct.pack("!BH", 254, size) if size < 65536 else struct.pack("!BQ", 255, size)
        whole = int.from_bytes(data, "big") ^ int.from_bytes((mask * (size // 4 + 1))[:size], "big")
        self.sock.sendall(struct.pack("!B", 128 | kind) + length + mask + whole.to_bytes(size, "big"))

    def texts(self):
        """Reads once, and gives the messages that are whole. Raises OSError when it is closed."""
        if not self.receive():
            raise OSError("it was closed")
        found = []
        while True:
            frame = self.next_frame()
            if frame is None:
                return found
            is_last, kind, data = frame
            if kind == 8:
                raise OSError("it was closed")
            if kind == 9:
                self.send(data, 10)
            elif kind < 3:
                self.parts.append(data)
                if is_last:
                    found.append(b"".join(self.parts).decode("utf-8", "replace"))
                    self.parts = []

    def next_frame(self):
        rest = self.rest
        if len(rest) < 2:
            return None
        size, at = rest[1] & 127, 2
        if size > 125:
            at = 4 if size == 126 else 10
            if len(rest) < at:
                return None
            size = int.from_bytes(rest[2:at], "big")
        if size > ANSWER_BYTES_MAX:
            raise OSError("a message is too large")
        if len(rest) < at + size:
            return None
        self.rest = rest[at + size :]
        return bool(rest[0] & 128), rest[0] & 15, rest[at : at + size]

    def close(self):
        try:
            self.send(struct.pack("!H", 1000), 8)
        except OSError:
            pass
        self.conn.close()


class WorkerSocket:
    """What a runner says over one socket, and is told: its calls become frames, and what comes by itself goes to who waits."""

    def __init__(self, upgraded, holds, pushed, closed):
        self.upgraded, self.holds, self.pushed, self.closed = upgraded, holds, pushed, closed
        self.cond = threading.Condition()
        self.outgoing, self.came, self.answers = deque(), deque(), {}
        self.id = self.seen = self.confirmed = self.granted = self.wanted = self.waiting = 0
        self.is_drained = self.is_over = self.said_bye = False
        self.said_at = time.monotonic()
        self.wake_read, self.wake_write = socket.socketpair()
        self.wake_read.setblocking(False)
        threading.Thread(target=self.run, daemon=True).start()

    def work(self, request):
        """As a call; None when it must go another way: the socket is gone, or does not take as much at once."""
        others = ("max", "waitSeconds", "leaseSeconds", "worker", "session")
        said = {name: part for name, part in request.items() if name not in others and part != []}
        wanted, seconds = request["max"], request["waitSeconds"]
        with self.cond:
            self.wanted += wanted
            try:
                take = max(min(self.wanted, CREDITS_MAX) - self.granted, 0)
                if said or take:
                    return self.ask(said, take)
                return self.wait(seconds)
            finally:
                self.wanted -= wanted

    def close(self):
        with self.cond:
            self.is_over = True
            self.cond.notify_all()
        self.wake()

    # Under the lock

    def ask(self, said, take):
        if self.is_over:
            return None
        number, holds = self.id + 1, {} if self.holds is None else {"holds": self.holds}
        text = to_json(dict(said, id=number, seen=self.seen, take=take, **holds))
        if len(utf8(text)) > FRAME_BYTES:
            return None
        self.id, self.holds = number, None
        self.granted += take
        self.say(text)
        deadline = time.monotonic() + FRAME_ANSWER_SECONDS
        while number not in self.answers and not self.is_over:
            if not self.cond.wait(max(deadline - time.monotonic(), 0)) and time.monotonic() >= deadline:
                self.is_over = True
                self.wake()
        if said.get("bye"):
            self.said_bye = True
            self.cond.notify_all()
        frame = self.answers.pop(number, None)
        if frame is None:
            return None
        error = frame.get("error")
        if error:
            return Outcome(status=400, code=str(error.get("code")), detail=str(error.get("detail")))
        return Outcome(answer=frame)

    def wait(self, seconds):
        deadline = time.monotonic() + seconds
        self.waiting += 1
        while not self.came and not self.is_over and not self.said_bye and time.monotonic() < deadline:
            self.cond.wait(deadline - time.monotonic())
        self.waiting -= 1
        if self.came:
            return Outcome(answer=self.came.popleft())
        if self.is_over:
            return None
        is_long = time.monotonic() - self.said_at > HERE_SECONDS
        # Nobody tells that a drain of so long is over.
        if (self.is_drained or is_long) and seconds > 0 and not self.said_bye:
            return self.ask({}, 0)
        return Outcome(answer=dict({"verdicts": [], "messages": []}, **({"drain": True} if self.is_drained else {})))

    def say(self, text):
        self.confirmed, self.said_at = self.seen, time.monotonic()
        self.outgoing.append(text)
        self.wake()

    def hear(self, frame):
        """Gives what came by itself, and nobody waits for."""
        self.seen = frame["nr"]
        self.granted -= len(frame.get("messages", []))
        answer = dict({"verdicts": [], "messages": []}, **frame)
        if "error" not in frame:
            self.is_drained = frame.get("drain") is True
        if "id" in frame:
            self.answers[frame["id"]] = answer
        elif self.waiting > len(self.came):
            self.came.append(answer)
        elif "error" not in frame:
            return answer
        self.cond.notify_all()
        return None

    # The thread that has the socket

    def wake(self):
        try:
            self.wake_write.send(b".")
        except OSError:
            pass

    def run(self):
        try:
            while self.turn():
                pass
        except OSError:
            pass
        with self.cond:
            self.is_over = True
            self.cond.notify_all()
        self.upgraded.close()
        self.wake_read.close()
        self.wake_write.close()
        self.closed()

    def turn(self):
        """One round of sending, waiting, reading; false at the end."""
        with self.cond:
            outgoing, self.outgoing = self.outgoing, deque()
            is_unconfirmed = self.seen - self.confirmed >= UNCONFIRMED_MAX
        for text in outgoing:
            self.upgraded.send(text)
        if self.is_over:
            return False
        if not self.upgraded.waits_for(self.wake_read, CONFIRM_SECONDS if is_unconfirmed else PING_SECONDS[0]):
            return self.is_quiet(is_unconfirmed)
        for text in self.upgraded.texts():
            frame = read_json(text)
            if isinstance(frame, dict) and isinstance(frame.get("nr"), int):
                with self.cond:
                    answer = self.hear(frame)
                if answer:
                    self.pushed(answer)
        return True

    def is_quiet(self, is_unconfirmed):
        try:
            return bool(self.wake_read.recv(4096))
        except BlockingIOError:
            pass
        if is_unconfirmed:
            with self.cond:
                self.say(to_json({"seen": self.seen}))
            return True
        # A way that was cut tells nobody: only what is answered lives.
        self.upgraded.send("ping")
        return self.upgraded.waits_for(self.upgraded.sock, PING_SECONDS[1])


class Link:
    """The way to one queue: a socket where there is one, else calls. What was said on a way that was cut is said on the other."""

    def __init__(self, queue, ends_soon):
        self.queue, self.lock = queue, threading.Lock()
        self.socket, self.calls, self.is_closed = None, 0, False
        # Who ends soon, after so many tasks, needs no socket.
        self.connect_at, self.pause = NEVER if ends_soon else 0.0, RECONNECT_SECONDS[0]

    def work(self, conn, request):
        service, name = self.queue.service, self.queue.name
        with self.lock:
            # What calls that are out bring is not known to be held.
            if self.socket is None and self.calls == 0 and time.monotonic() >= self.connect_at:
                self.connect(service, name)
            way = self.socket
            self.calls += way is None
        outcome = way and way.work(request)
        if outcome or self.is_closed:
            return outcome or Outcome(detail="it has ended")
        if way:
            with self.lock:
                self.calls += 1
        try:
            return service.work(conn, name, request)
        finally:
            with self.lock:
                self.calls -= 1

    def close(self):
        self.is_closed = True
        if self.socket:
            self.socket.close()

    def connect(self, service, name):
        o = self.queue.o
        words = {"session": o.session, "worker": o.worker, "leaseSeconds": o.lease}
        path = "/v1/queues/%s/connect?%s" % (urllib.parse.quote(name, safe=""), urllib.parse.urlencode(words))
        try:
            upgraded = None if service.is_older else Upgraded(service, path)
        except (OSError, ValueError, http.client.HTTPException):
            upgraded = None
        if upgraded is None:
            self.pause = max(self.pause, NO_SOCKET_SECONDS)
            self.later()
            return
        upgraded.sock.settimeout(FRAME_ANSWER_SECONDS)
        service.was_reached, opened_at, holds = True, time.monotonic(), self.queue.holds()
        self.socket = WorkerSocket(
            upgraded,
            holds if len(holds) <= HOLDS_MAX else None,
            self.queue.pushed,
            lambda: self.ended(opened_at),
        )

    def ended(self, opened_at):
        with self.lock:
            self.socket = None
            # Who cuts each socket after a while is not asked all the time.
            if time.monotonic() - opened_at >= SOCKET_LASTS_SECONDS:
                self.pause = RECONNECT_SECONDS[0]
            self.later()

    def later(self):
        """Drawn from the upper half: workers that lost the service together must not come back together."""
        self.connect_at = time.monotonic() + self.pause * (0.5 + random.random() / 2)
        self.pause = min(self.pause * 2, RECONNECT_SECONDS[1])


# Queues ----------------------------------------------------------------------------------------------------------


class Unsent:
    def __init__(self, report, task=None, is_replaced=False):
        self.report, self.task, self.is_replaced = report, task, is_replaced
        self.bytes = len(utf8(to_json(report)))
        self.finished_at = time.monotonic()


class Budget:
    """How many tasks a runner may still take; what was claimed and not needed is given back."""

    def __init__(self, tasks):
        self.left, self.lock = tasks, threading.Lock()

    def claim(self, wanted):
        with self.lock:
            claimed = min(wanted, self.left)
            self.left -= claimed
            return int(claimed)

    def give_back(self, count):
        with self.lock:
            self.left += count


class Queue:
    """
    Takes the tasks of one queue and does them. Way A waits for messages, and carries the beats that are due when it goes;
    way B carries what is finished, and whatever falls due while A is out.
    """

    def __init__(self, name, slots, o, service, doer, log, totals, budget, keep, refused):
        self.name, self.slots, self.o, self.service, self.doer, self.log = name, slots, o, service, doer, log
        self.totals, self.budget, self.keep, self.refused = totals, budget, keep, refused
        self.cond = threading.Condition()
        self.held, self.ready = {}, deque()
        self.reports, self.releases, self.burials, self.deletions = [], [], [], []
        self.limit = ENTRIES_PER_CALL
        self.running, self.asked, self.empty_answers = 0, 0, 0
        self.a, self.b = Lane(), Lane()
        self.is_paused = self.has_past = self.is_unreachable = self.was_answered = False
        self.must_introduce = self.keeps_logs = True
        self.ending = "no"
        self.gather_until = 0.0
        self.polls = set()
        self.ended = threading.Event()
        self.link = Link(self, o.until_empty or budget.left != NEVER)

    def start(self):
        # A call with nothing but beats makes way for one that takes messages: so there are two who may wait.
        jobs = [self.way_a, self.way_a, self.way_b] + [self.slot] * self.slots
        for job in jobs:
            threading.Thread(target=self.guarded, args=(job,), daemon=True).start()

    def guarded(self, job):
        try:
            job()
        except Exception:  # pylint: disable=broad-except
            traceback.print_exc()
            os._exit(5)

    def drain(self):
        """Takes nothing any more, gives back what was not begun, and ends when the rest is told."""
        with self.cond:
            if self.ending != "no":
                return
            self.ending = "sayBye"
            for task in self.ready:
                self.release(task.receipt, 0)
                self.log("info", "gaveBack", **task._subject())
                self.held.pop(task.receipt, None)
            self.ready.clear()
            self.cond.notify_all()

    def stop_all(self, reason):
        with self.cond:
            for task in self.held.values():
                task._end(reason)
            self.a.resume_at = self.b.resume_at = 0.0
            self.cond.notify_all()

    def abandon(self):
        """Nothing is waited for any more: what is not told stays untold."""
        with self.cond:
            self.ending = "ended"
            for conn in self.polls:
                conn.cut()
            self.ended.set()
            self.cond.notify_all()
        self.link.close()

    def add_kept(self, report):
        """What an earlier process could not tell goes first: its tasks are not to be taken once more."""
        self.has_past = True
        self.reports.append(Unsent(report))

    # Slots

    def slot(self):
        while True:
            with self.cond:
                while not self.ready and self.ending != "ended":
                    self.cond.wait()
                if self.ending == "ended":
                    return
                task = self.ready.popleft()
                task._state = "running"
                self.running += 1
                if task._is_unconfirmed:
                    self.cond.notify_all()
                while task._is_unconfirmed:
                    self.cond.wait()
                may_begin = task._stop is None
            self.log("debug", "taken", **task._subject())
            result, tail = self.do(task) if may_begin else (("silence",), "")
            with self.cond:
                self.running -= 1
                self.tell(task, ("silence",) if task._over_code else result, tail)
                self.keep(self.name, self.reports, False)
                has_more = self.ready and len(self.reports) < ENTRIES_PER_CALL
                # What finishes within a moment goes together, while there is more to do anyway.
                if not has_more:
                    self.gather_until = 0.0
                elif not self.gather_until:
                    self.gather_until = time.monotonic() + GATHER_SECONDS
                self.cond.notify_all()

    def do(self, task):
        try:
            return self.doer.do(task)
        except Exception:  # pylint: disable=broad-except
            # A defect fails its own task alone.
            return failure("Worker.Defect", traceback.format_exc()), ""

    def tell(self, task, result, tail):
        kind = result[0]
        subject = dict(task._subject(), ms=int((time.monotonic() - task._taken_at) * 1000))
        count = {"success": "done", "failure": "failed", "bury": "failed"}.get(kind, "stopped")
        self.totals[count] += 1
        if kind == "silence":
            self.log("info", "stopped", code=task._over_code or "AttemptOver", **subject)
        elif kind == "giveBack":
            self.log("info", "gaveBack", **subject)
            self.release(task.receipt, result[1])
        elif kind == "bury":
            self.log("error", "buried", detail=result[1], **subject)
            self.burials.append({"receipt": task.receipt, "reason": result[1]})
        elif kind == "success":
            self.log("info", "done", **subject)
        else:
            last = result[2].rstrip().rsplit("\n", 1)[-1][:200]
            self.log("warn", "failed", error=result[1], detail=last, **subject)
        is_report = kind in ("success", "failure") and task._wire is not None
        if is_report:
            report = {"token": task._wire["token"], "receipt": task.receipt}
            report.update({"output": result[1]} if kind == "success" else {"error": result[1], "cause": result[2]})
            if tail and self.keeps_logs:
                report["log"] = tail
            self.reports.append(Unsent(report, task))
            task._state = "unreported"
            return
        # A message that is no task: done, or another try, which its queue counts.
        if kind == "success":
            self.deletions.append(task.receipt)
        elif kind == "failure":
            self.release(task.receipt, 0)
        self.held.pop(task.receipt, None)

    def release(self, receipt, delay):
        self.releases.append(dict({"receipt": receipt}, **({"delaySeconds": delay} if delay else {})))

    # What is to be done now; under the lock

    def has_unsent(self):
        return bool(self.reports or self.releases or self.burials or self.deletions)

    def look_after(self):
        """What time alone brings about."""
        now = time.monotonic()
        for task in list(self.held.values()):
            if task._state == "running" and task._stop is None and now >= task._ends_at:
                task._end("attemptOver")
            if task._lease_until <= now and not task._is_beating:
                # Whoever has the message now shall do it, and what runs is told if so wished.
                if task._state == "waiting" or (task._state == "running" and self.o.strict):
                    self.over(task, "LeaseExpired")
        is_idle = self.running == 0 and not self.ready
        if self.ending == "no" and is_idle:
            is_empty = self.o.until_empty and self.empty_answers >= EMPTY_ANSWERS and not self.held
            if is_empty or (self.budget.left <= 0 and self.a.slots + self.b.slots == 0):
                self.drain()
        if self.ending == "saidBye" and not self.held and not self.has_unsent() and not self.b.out:
            # A call that may still be answered with messages, unless its connection is gone.
            if not (self.a.slots > 0 and not self.service.is_older and not self.is_unreachable):
                self.abandon()

    def room(self, parcel=None):
        """Messages that may still be held, when what a parcel tells is told."""
        told = sum(1 for unsent in parcel["reports"] if unsent.task) if parcel else 0
        return max(self.slots * self.o.batch - len(self.held) - self.asked + told, 0)

    def free_slots(self, parcel=None):
        if self.ending != "no" or self.is_paused or self.ready or self.budget.left <= 0:
            return 0
        # Finished tasks that cannot be told hold their leases, too.
        if not self.room(parcel):
            return 0
        return self.slots - self.running - self.a.slots - self.b.slots

    def due(self, is_held_call):
        now = time.monotonic()
        quiet = [
            task
            for task in self.held.values()
            if not task._is_beating and not (is_held_call and task._is_unconfirmed)
        ]
        if not any(task._is_unconfirmed or task._beat_at <= now for task in quiet):
            return []
        soon = [task for task in quiet if task._is_unconfirmed or task._beat_at - now < task._pause() / 2]
        return soon[:ENTRIES_PER_CALL]

    def must_send_a(self):
        if time.monotonic() < self.a.resume_at or self.has_past or self.ending == "ended":
            return False
        free = self.free_slots()
        if (self.reports or self.deletions) and not self.b.out and time.monotonic() >= self.b.resume_at:
            # What is finished is told first, and its slots are filled by the same call.
            free = 0
        if self.a.out:
            return free > 0 and self.a.slots == 0 and self.a.out < 2
        return free > 0 or self.is_paused or bool(self.due(True))

    def must_send_b(self):
        now = time.monotonic()
        if now < self.b.resume_at or now < self.gather_until or self.ending == "ended":
            return False
        if self.has_unsent() or self.ending == "sayBye":
            return True
        due = self.due(False)
        return bool(due) and (self.a.out > 0 or any(task._is_unconfirmed for task in due))

    def pause(self):
        """Until something may be due."""
        now = time.monotonic()
        rest = max(self.b.resume_at, 0.0 if self.a.out else self.a.resume_at)
        beats = [task._beat_at for task in self.held.values() if not task._is_beating]
        at = [max(one, rest) for one in beats] + [task._ends_at for task in self.held.values()]
        at += [one for one in (self.a.resume_at, self.b.resume_at, self.gather_until) if one > now]
        soonest = min([one for one in at if one > now] or [NEVER])
        return None if soonest == NEVER else min(soonest - now, 3600.0) + 0.001

    # Ways

    def way_a(self):
        conn = Connection(self.service)
        while True:
            with self.cond:
                self.look_after()
                while not self.must_send_a():
                    if self.ending == "ended":
                        return
                    self.cond.wait(self.pause())
                    self.look_after()
                slots, beating = self.free_slots(), self.due(True)
                call = {"waitSeconds": self.wait_seconds(beating)}
                self.polls.add(conn)
                sent = self.prepare(self.a, call, slots, beating)
            outcome = self.link.work(conn, sent["request"])
            with self.cond:
                self.polls.discard(conn)
                self.absorb(self.a, sent, outcome, None, conn.is_cut)
                conn.is_cut = False
                self.cond.notify_all()

    def way_b(self):
        conn = Connection(self.service)
        while True:
            with self.cond:
                self.look_after()
                while not self.must_send_b():
                    if self.ending == "ended":
                        return
                    self.cond.wait(self.pause())
                    self.look_after()
                self.gather_until = 0.0
                parcel = self.next_parcel()
                is_bye = self.ending == "sayBye"
                slots = self.free_slots(parcel) if parcel["reports"] or parcel["delete"] else 0
                call = dict(parcel, waitSeconds=0, **({"bye": True} if is_bye else {}))
                call["reports"] = [unsent.report for unsent in parcel["reports"]]
                sent = self.prepare(self.b, call, slots, self.due(False), parcel)
            outcome = self.link.work(conn, sent["request"])
            with self.cond:
                self.absorb(self.b, sent, outcome, parcel, False)
                # Said, or not to be heard: a session that says nothing more is gone as well.
                if is_bye and self.ending == "sayBye":
                    self.ending = "saidBye"
                    if self.service.is_older:
                        for poll in self.polls:
                            poll.cut()
                self.cond.notify_all()

    def wait_seconds(self, beating):
        """Until the next beat is due: it goes with the next call then."""
        now = time.monotonic()
        most = 1 if self.o.until_empty else POLL_SECONDS_MAX
        dues = [task._pause() if task in beating else task._beat_at - now for task in self.held.values()]
        return int(max(min(dues + [most]), 1))

    def next_parcel(self):
        reports, size = [], 0
        for unsent in self.reports[: self.limit]:
            size += unsent.bytes
            if reports and size > REPORTS_BYTES:
                break
            reports.append(unsent)
        rest = {"release": self.releases, "bury": self.burials, "delete": self.deletions}
        return dict({name: some[: self.limit] for name, some in rest.items()}, reports=reports)

    def prepare(self, lane, call, slots, beating, parcel=None):
        wanted = self.budget.claim(min(slots * self.o.batch, self.room(parcel), ENTRIES_PER_CALL))
        self.asked += wanted
        lane.out += 1
        lane.slots += slots
        for task in beating:
            task._is_beating = True
        beats = [task._beat(self.o.beat_on_progress, self.keeps_logs) for task in beating]
        is_first, self.must_introduce = self.must_introduce, False
        request = dict(call, max=wanted, leaseSeconds=self.o.lease, worker=self.o.worker, session=self.o.session)
        if beats:
            request["beats"] = beats
        if is_first:
            request["about"] = self.o.about
            if self.o.takes_over:
                request["takesOver"] = self.o.takes_over
        return {
            "request": request,
            "slots": slots,
            "beating": beating,
            "is_first": is_first,
            "sent_at": time.monotonic(),
        }

    def absorb(self, lane, sent, outcome, parcel, is_cut):
        lane.out -= 1
        lane.slots -= sent["slots"]
        for task in sent["beating"]:
            task._is_beating = False
        answer, wanted = outcome.answer, sent["request"]["max"]
        self.asked -= wanted
        self.budget.give_back(wanted - len(answer["messages"]) if answer else wanted)
        if answer is None:
            self.must_introduce = self.must_introduce or sent["is_first"]
            if not is_cut:
                self.failed(lane, outcome, parcel)
            return
        self.succeeded(lane, answer)
        if parcel:
            self.delivered(parcel)
            self.tell_verdicts(parcel["reports"], answer["verdicts"])
            self.keep(self.name, self.reports, False)
        self.has_past = False
        self.absorb_rest(answer, sent, wanted)

    def pushed(self, answer):
        """Over a socket things come without being asked for."""
        with self.cond:
            self.absorb_rest(answer, {"beating": [], "sent_at": time.monotonic()}, 0)
            self.cond.notify_all()

    def holds(self):
        """Receipts of all that it has, or is done with and has not told."""
        with self.cond:
            told = [unsent.report.get("receipt") for unsent in self.reports]
            others = [entry["receipt"] for entry in self.releases + self.burials]
            return [one for one in list(self.held) + told + others + self.deletions if one]

    def absorb_rest(self, answer, sent, wanted):
        self.absorb_beats(answer.get("beats", []), sent)
        for stop in answer.get("stop", []):
            self.over(self.held.get(stop["receipt"]), stop["code"])
        for entry in answer.get("refused", []):
            detail = "%s[%s]: %s" % (entry["list"], entry["position"], entry["detail"])
            self.log("warn", "warning", queue=self.name, code=entry["code"], detail=detail)
        self.pause_taking(answer.get("drain") is True, sent["sent_at"])
        self.take(answer["messages"], wanted)

    def pause_taking(self, is_paused, sent_at):
        """Somebody wants it to take no more: a call that waits tells when that is over."""
        if is_paused != self.is_paused:
            detail = "the service gives it no more tasks for now" if is_paused else "it gets tasks again"
            self.log("info", "draining" if is_paused else "resumed", queue=self.name, detail=detail)
        self.is_paused = is_paused
        if is_paused:
            # A service that does not let it wait is not asked all the time.
            self.a.resume_at = sent_at + PAUSED_AGAIN_SECONDS

    def take(self, messages, wanted):
        now = time.monotonic()
        for message in messages:
            if message["receipt"] in self.held:
                continue
            if self.ending != "no":
                self.release(message["receipt"], 0)
                continue
            task = Task(self.name, message, self.o.lease, now)
            self.held[task.receipt] = task
            self.ready.append(task)
        if wanted > 0:
            self.empty_answers = 0 if messages else self.empty_answers + 1

    def absorb_beats(self, beats, sent):
        for position, task in enumerate(sent["beating"]):
            verdict = beats[position] if position < len(beats) else {}
            if verdict.get("ok"):
                task._extended(verdict.get("leaseSeconds", self.o.lease), sent["sent_at"])
            elif verdict.get("code") in OVER:
                self.over(task, verdict["code"])
            else:
                # It was not said whether: soon again, before the lease is over.
                task._beat_at = time.monotonic() + (0 if self.wants_no_log(verdict) else BEAT_AGAIN_SECONDS)

    def wants_no_log(self, verdict):
        """An older service knows no logs: from then on it gets none."""
        is_about_logs = verdict.get("code") == "InvalidRequest" and re.search(r"\blog\b", str(verdict.get("detail")))
        had, self.keeps_logs = self.keeps_logs, self.keeps_logs and not is_about_logs
        return had and not self.keeps_logs

    def over(self, task, code):
        """Somebody else has it, or nobody needs it any more: it ends, and nothing is reported."""
        if task is None or task._over_code is not None:
            return
        task._over_code = code
        task._end("over")
        if task._state == "running":
            return
        self.reports = [unsent for unsent in self.reports if unsent.task is not task]
        if task in self.ready:
            self.ready.remove(task)
        self.tell(task, ("silence",), "")

    def succeeded(self, lane, answer):
        self.was_answered = True
        lane.succeeded()
        if self.is_unreachable:
            self.log("info", "reachable", queue=self.name)
        self.is_unreachable = False
        notices = answer.get("notices", [])
        if "TellAbout" in notices:
            self.must_introduce = True
        if "NameShared" in notices:
            self.log("warn", "nameShared", queue=self.name, detail="another runner works under this name")

    def failed(self, lane, outcome, parcel):
        lane.failed(outcome)
        if outcome.status in (401, 403, 404) and not self.was_answered:
            self.refused(outcome)
            return
        if parcel and outcome.status in (400, 413):
            self.refused_whole(parcel, outcome.detail)
        self.keep(self.name, self.reports, True)
        if not self.is_unreachable:
            self.is_unreachable = True
            self.log("warn", "unreachable", queue=self.name, code=outcome.code, detail=outcome.detail)

    def delivered(self, parcel):
        self.releases = self.releases[len(parcel["release"]) :]
        self.burials = self.burials[len(parcel["bury"]) :]
        self.deletions = self.deletions[len(parcel["delete"]) :]
        self.limit = min(self.limit * 2, ENTRIES_PER_CALL)

    def refused_whole(self, parcel, detail):
        """Halves are sent until the culprit stands alone."""
        largest = max(len(some) for some in parcel.values())
        if largest > 1:
            self.limit = (largest + 1) // 2
            return
        self.delivered(parcel)
        verdicts = [{"ok": False, "code": "InvalidRequest", "detail": detail}] * len(parcel["reports"])
        self.tell_verdicts(parcel["reports"], verdicts)

    def tell_verdicts(self, reports, verdicts):
        if len(verdicts) != len(reports):
            # It tells nothing: all of it is sent again.
            self.b.failed(Outcome())
            return
        for unsent, verdict in zip(reports, verdicts):
            code = verdict.get("code")
            if not verdict.get("ok") and code in ("Overloaded", "InternalError"):
                self.reports.remove(unsent)
                self.reports.append(unsent)
                self.b.failed(Outcome())
                continue
            if unsent not in self.reports:
                continue
            self.reports.remove(unsent)
            if verdict.get("ok"):
                self.settled(unsent)
            else:
                self.refuse(unsent, code, str(verdict.get("detail", "")))

    def refuse(self, unsent, code, detail):
        task = unsent.task
        subject = task._subject() if task else {"queue": self.name}
        if code == "InvalidRequest" and "log" in unsent.report:
            # An older service knows no logs. If it is something else, that is told of the report without it.
            self.keeps_logs = self.keeps_logs and not re.search(r"\blog\b", detail)
            report = {name: value for name, value in unsent.report.items() if name != "log"}
            self.reports.append(Unsent(report, task))
            return
        can_be_replaced = code in ("InvalidOutput", "InvalidRequest")
        if can_be_replaced and not unsent.is_replaced:
            error = "Worker.BadOutput" if code == "InvalidOutput" else "Worker.ReportRefused"
            report = {name: unsent.report[name] for name in ("token", "receipt") if name in unsent.report}
            self.reports.append(Unsent(dict(report, error=error, cause=detail[:1000]), task, True))
        elif can_be_replaced or code == "InvalidToken":
            self.log("error", "reportRefused", code=code, detail=detail, **subject)
            if task:
                self.release(task.receipt, 0)
            self.settled(unsent)
        else:
            ms = int((time.monotonic() - unsent.finished_at) * 1000)
            self.log("warn", "reportRefused", code=code, detail=detail, ms=ms, **subject)
            self.settled(unsent)

    def settled(self, unsent):
        if unsent.task:
            self.held.pop(unsent.task.receipt, None)


class Runner:
    """The tasks of some queues, done side by side, until it is told to end."""

    def __init__(self, o, service, doer, log, keep):
        self.o, self.log = o, log
        self.totals = {"done": 0, "failed": 0, "stopped": 0}
        self.refusal, self.is_forced, self.is_draining = None, False, False
        shared = Budget(o.tasks_max or NEVER)
        o.about = {
            "version": VERSION,
            "host": socket.gethostname(),
            "os": "%s %s %s" % (platform.system().lower(), platform.release(), platform.machine()),
            "pid": os.getpid(),
            "slots": sum(slots for _, slots in o.queues),
            "startedAt": time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime()),
        }
        self.queues = [
            Queue(
                name,
                slots,
                o,
                service,
                doer,
                log,
                self.totals,
                shared if o.once_wait is None else Budget(slots),
                keep,
                self.refused,
            )
            for name, slots in o.queues
        ]

    def run(self, kept=()):
        """Works until it was told to end, or has done what it was to do."""
        names = " ".join("%s=%d" % pair for pair in self.o.queues)
        self.log("info", "started", detail="%s takes tasks of %s" % (self.o.worker, names))
        for queue_name, report in kept:
            own = [queue for queue in self.queues if queue.name == queue_name] or self.queues
            own[0].add_kept(report)
        for queue in self.queues:
            queue.start()
        if self.o.once_wait is not None:
            self.after(self.o.once_wait, lambda: [queue.drain() for queue in self.queues])
        for queue in self.queues:
            queue.ended.wait()
        totals = self.totals
        detail = "%d done, %d failed, %d stopped" % (totals["done"], totals["failed"], totals["stopped"])
        self.log("info", "ended", detail=detail)

    def drain(self):
        if self.is_draining:
            return
        self.is_draining = True
        held = sum(len(queue.held) for queue in self.queues)
        self.log("info", "draining", detail="%d tasks are held" % held)
        for queue in self.queues:
            queue.drain()
        if self.o.grace is not None:
            self.after(self.o.grace, self.force)

    def force(self):
        """What runs is ended now. What cannot be told soon stays untold."""
        if self.is_forced:
            return
        self.drain()
        self.is_forced = True
        for queue in self.queues:
            queue.stop_all("shutdown")
        self.after(LAST_TRY_SECONDS, self.last_try)

    def last_try(self):
        if any(queue.running for queue in self.queues):
            self.after(LAST_TRY_SECONDS, self.last_try)
            return
        for queue in self.queues:
            queue.abandon()

    def refused(self, outcome):
        self.refusal = self.refusal or outcome
        for queue in self.queues:
            queue.ending = "ended"
            # Whoever tells us holds a queue's lock.
            threading.Thread(target=queue.abandon, daemon=True).start()

    def tell_state(self):
        now = time.monotonic()
        for queue in self.queues:
            for task in list(queue.held.values()):
                detail = "%s, %.1fs of the lease left" % (task._state, task._lease_until - now)
                self.log("info", "state", ms=int((now - task._taken_at) * 1000), detail=detail, **task._subject())
            detail = "%d held, %d unreported" % (len(queue.held), len(queue.reports))
            self.log("info", "state", queue=queue.name, detail=detail)

    @staticmethod
    def after(seconds, what):
        timer = threading.Timer(seconds, what)
        timer.daemon = True
        timer.start()


# State -----------------------------------------------------------------------------------------------------------


def _read_if_there(file):
    try:
        with open(file, encoding="utf-8") as opened:
            return opened.read()
    except OSError:
        return ""


def _is_held(file):
    pid, _, start = _read_if_there(file).strip().partition(" ")
    if not pid.isdigit():
        return False
    # Its id may be another process's by now: the start tells.
    if start:
        return start_of(pid) == start
    try:
        os.kill(int(pid), 0)
        return True
    except PermissionError:
        return True
    except OSError:
        return False


def _lock_numbers(folder):
    found = (re.match(r"lock\.(\d+)\Z", name) for name in os.listdir(folder))
    return sorted((int(one.group(1)) for one in found if one), reverse=True)


def take_lock(folder):
    """
    Takes a folder; False when a living process has it. Locks are numbered: the highest counts, a dead one is followed by
    the next number, and nobody ever takes away what might be a living one's.
    """
    numbers = _lock_numbers(folder)
    if numbers and _is_held(os.path.join(folder, "lock.%d" % numbers[0])):
        return False
    number = numbers[0] + 1 if numbers else 1
    own, lock = os.path.join(folder, "own.%d" % os.getpid()), os.path.join(folder, "lock.%d" % number)
    with open(own, "w", encoding="utf-8") as file:
        file.write("%d %s\n" % (os.getpid(), start_of(os.getpid()) or ""))
    try:
        # In one step: nobody ever reads half of it.
        os.link(own, lock)
    except FileExistsError:
        return False
    finally:
        os.unlink(own)
    # Somebody who was slow may come with a number that is long over.
    if _lock_numbers(folder)[0] != number:
        os.unlink(lock)
        return False
    for old in _lock_numbers(folder)[1:]:
        try:
            os.unlink(os.path.join(folder, "lock.%d" % old))
        except OSError:
            pass
    return True


def default_state(name):
    # systemd may name several.
    given = os.environ.get("STATE_DIRECTORY", "").split(":")[0]
    base = os.environ.get("XDG_STATE_HOME") or os.path.expanduser("~/.local/state")
    return given or os.path.join(base, "millrace", name)


class StateFolder:
    """What outlives a runner's process: reports that could not be sent, the processes that ran, and its session."""

    def __init__(self, path):
        self.path = path
        self.file = os.path.join(path, "reports.ndjson")
        self.unsent = {}
        self.is_kept = os.path.exists(self.file)
        self.lock = threading.Lock()

    @classmethod
    def take(cls, path, name):
        """The first folder that no living runner has, and the name that goes with it: `north`, else `north-2`."""
        for number in range(1, NAMES_MAX):
            end = "" if number == 1 else "-%d" % number
            try:
                os.makedirs(os.path.join(path + end, "running"), mode=0o700, exist_ok=True)
                if take_lock(path + end):
                    return cls(path + end), name + end
            except OSError as error:
                raise UsageError(
                    "the state folder %s cannot be used: %s (--state names another, --no-state none)" % (path + end, error)
                )
        raise UsageError("%d runners of the name %s are there already" % (NAMES_MAX, name))

    def replace_session(self, session):
        file = os.path.join(self.path, "session")
        before = _read_if_there(file).strip()
        self.write(file, session + "\n")
        return before or None

    @staticmethod
    def write(file, text):
        with open(os.open(file, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "w", encoding="utf-8") as opened:
            opened.write(text)
            opened.flush()
            os.fsync(opened.fileno())

    def began(self, group, start):
        with open(os.path.join(self.path, "running", str(group)), "w", encoding="utf-8") as file:
            file.write(start or "")

    def ended(self, group):
        try:
            os.unlink(os.path.join(self.path, "running", str(group)))
        except OSError:
            pass

    def end_leftovers(self, kill_after):
        groups = [int(name) for name in os.listdir(os.path.join(self.path, "running")) if name.isdigit()]
        left = []
        for group in groups:
            start = _read_if_there(os.path.join(self.path, "running", str(group)))
            if group > 1 and start and start_of(group) == start:
                left.append(group)
        enders = [threading.Thread(target=end_group, args=(group, kill_after)) for group in left]
        for ender in enders:
            ender.start()
        for ender in enders:
            ender.join()
        for group in groups:
            self.ended(group)
        return len(left)

    def keep(self, queue, unsent, has_failed):
        """Keeps what could not be sent; gives how many had to give way."""
        with self.lock:
            self.unsent[queue] = list(unsent)
            if not has_failed and not self.is_kept:
                return 0
            every = [(name, one) for name, some in self.unsent.items() for one in some]
            if not every:
                if os.path.exists(self.file):
                    os.unlink(self.file)
                self.is_kept = False
                return 0
            size, dropped = sum(one.bytes for _, one in every), 0
            while size > KEPT_REPORTS_BYTES:
                size -= every[dropped][1].bytes
                dropped += 1
            lines = [to_json({"queue": name, "report": one.report}) for name, one in every[dropped:]]
            self.write(self.file + ".new", "\n".join(lines) + "\n")
            os.replace(self.file + ".new", self.file)
            self.is_kept = True
            return dropped

    def kept_reports(self):
        """What an earlier process could not send. A line that it could not finish counts for nothing."""
        values = [read_json(line) for line in _read_if_there(self.file).split("\n") if line]
        return [
            (value["queue"], value["report"])
            for value in values
            if isinstance(value, dict) and isinstance(value.get("report"), dict) and "token" in value["report"]
        ]


class Groups:
    """The processes that run; the folder remembers them for whoever comes after us."""

    def __init__(self, folder):
        self.folder, self.running = folder, set()

    def began(self, group, start):
        self.running.add(group)
        if self.folder:
            self.folder.began(group, start)

    def ended(self, group):
        self.running.discard(group)
        if self.folder:
            self.folder.ended(group)

    def kill(self):
        for group in list(self.running):
            signal_group(group, signal.SIGKILL)


# Who calls -------------------------------------------------------------------------------------------------------

KEY = re.compile(r"[A-Za-z0-9]{1,64}\.[\w-]{1,128}\Z", re.ASCII)
LOOPBACK = re.compile(r"(?:localhost|127(?:\.\d+){3}|::1)\Z")


def read_credentials(url, key, file, insecure_http, warn):
    """A file that was named, else the environment's key and address, else the environment's file: (url, key)."""
    key = key or (os.environ.get("MILLRACE_KEY") if file is None else None)
    url = url or os.environ.get("MILLRACE_URL")
    file = None if key else (file or os.environ.get("MILLRACE_CREDENTIALS"))
    if file:
        value = read_json(_read_text(file, "of credentials"))
        value = value if isinstance(value, dict) else {}
        if not isinstance(value.get("accessKeyId"), str) or not isinstance(value.get("accessKeySecret"), str):
            raise UsageError('%s is not a file of credentials: {"url", "accessKeyId", "accessKeySecret"}' % file)
        if os.stat(file).st_mode & (stat.S_IRGRP | stat.S_IROTH):
            warn("%s can be read by others on this machine: `chmod 600` it" % file)
        key, url = "%s.%s" % (value["accessKeyId"], value["accessKeySecret"]), url or value.get("url")
    if not key:
        raise UsageError(
            "no access key is known: name a file with --credentials, or set MILLRACE_URL and MILLRACE_KEY"
            " (accessKeyId.accessKeySecret)"
        )
    if not KEY.match(key):
        raise UsageError("MILLRACE_KEY must be accessKeyId.accessKeySecret")
    if not url:
        raise UsageError("where is the service? Use --url or MILLRACE_URL")
    parts = urllib.parse.urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise UsageError('"%s" is not an address: use https://...' % url)
    origin = "%s://%s" % (parts.scheme, parts.netloc.rpartition("@")[2])
    if parts.scheme == "http" and not LOOPBACK.match(parts.hostname) and not insecure_http:
        raise UsageError("%s would get the key unencrypted: use https, or say --insecure-http" % origin)
    return origin, key


def _read_text(file, what):
    try:
        with open(file, encoding="utf-8") as opened:
            return opened.read()
    except (OSError, ValueError) as error:
        raise UsageError("the file %s cannot be read: %s" % (what, error))


def watch_headers(log):
    """Looks at answers for what a person should know."""
    told = {"version": -NEVER, "clock": False}

    def look(headers):
        served = headers.get("x-millrace-version")
        if served and _parts(served) > _parts(VERSION) and time.monotonic() - told["version"] > 86400:
            told["version"] = time.monotonic()
            log("info", "warning", detail="the service has version %s of this program, which is %s" % (served, VERSION))
        date = email.utils.parsedate_to_datetime(headers["date"]) if headers.get("date") else None
        off = time.time() - date.timestamp() if date else 0
        if abs(off) > CLOCK_OFF_SECONDS and not told["clock"]:
            told["clock"] = True
            log("warn", "warning", detail="this machine's clock differs from the service's by %d s" % off)

    return look


def _parts(version):
    return [int(part) for part in re.findall(r"\d+", version)]


# The library -----------------------------------------------------------------------------------------------------


class _Options:
    def __init__(self, **values):
        self.__dict__.update(values)


_handlers = {}


def task(queue, step=None):
    """Marks a function as what does the tasks of a queue, or those of one of its steps."""

    def mark(handler):
        _handlers[(queue, step)] = handler
        return handler

    return mark


def run(
    queue=None,
    handler=None,
    queues=None,
    slots=1,
    batch=1,
    lease=60,
    name=None,
    url=None,
    key=None,
    credentials=None,
    ca=None,
    grace=None,
    state=None,
    max_tasks=None,
    signals=True,
    log=None,
):
    """
    Does tasks with a function until it is told to end, and gives {"done", "failed", "stopped"}. Queues are those that
    `task` marked, unless they are named here: `queue`, or `queues` as {name: slots}. With `signals`, TERM and INT drain
    (only in the main thread). `state` names a folder that keeps unsent reports over a restart.
    """
    if handler is not None and queue is not None:
        _handlers[(queue, None)] = handler
    wanted = queues or ({queue: slots} if queue else {marked: slots for marked, _ in _handlers})
    if not wanted:
        raise UsageError("name a queue, or mark a function with @worker.task(QUEUE)")
    warnings = []
    where = read_credentials(url, key, credentials, False, warnings.append)
    worker = name or os.environ.get("MILLRACE_WORKER") or socket.gethostname().split(".")[0]
    folder = None
    if state is not None:
        folder, worker = StateFolder.take(state, worker)
    log = log or silent
    for warning in warnings:
        log("warn", "warning", detail=warning)
    session = secrets.token_hex(8)
    options = _Options(
        queues=list(wanted.items()),
        batch=batch,
        lease=lease,
        worker=worker,
        session=session,
        takes_over=folder.replace_session(session) if folder else None,
        beat_on_progress=False,
        strict=False,
        until_empty=False,
        once_wait=None,
        tasks_max=max_tasks,
        grace=grace,
    )
    doer = HandlerDoer(lambda one: _handlers.get((one.queue, one.step)) or _handlers.get((one.queue, None)))
    runner = Runner(options, Service(where, ca, watch_headers(log)), doer, log, _keeper(folder, log))
    if signals and threading.current_thread() is threading.main_thread():
        _Signals(runner, None)
    runner.run(folder.kept_reports() if folder else ())
    if runner.refusal:
        raise UsageError("the service refused: %s %s" % (runner.refusal.code, runner.refusal.detail))
    return dict(runner.totals)


def _keeper(folder, log):
    def keep(queue, unsent, has_failed):
        dropped = folder.keep(queue, unsent, has_failed) if folder else 0
        if dropped:
            detail = "%d reports had to give way: too many wait for the service" % dropped
            log("error", "lost", queue=queue, detail=detail)

    return keep


class _Signals:
    """The first signal drains, the second ends what runs, the third ends everything."""

    def __init__(self, runner, groups):
        self.runner, self.groups = runner, groups
        self.count, self.last_at, self.exit_code = 0, -NEVER, 143
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self.end)

    def end(self, number, _frame):
        # A terminal tells a whole group, and each parent its child once more: what comes together counts as one.
        now = time.monotonic()
        if now - self.last_at < SIGNALS_TOGETHER_SECONDS:
            return
        self.last_at, self.exit_code = now, 128 + number
        self.count += 1
        if self.count > 2:
            if self.groups:
                self.groups.kill()
            os._exit(self.exit_code)
        # Not here: the thread that was interrupted may hold the lock.
        what = self.runner.drain if self.count == 1 else self.runner.force
        threading.Thread(target=what, daemon=True).start()


# The program -----------------------------------------------------------------------------------------------------


class _Parser(argparse.ArgumentParser):
    def error(self, message):
        raise UsageError(message)


def _number(low, high=None, whole=True):
    def read(text):
        try:
            value = int(text) if whole else float(text)
        except ValueError:
            value = None
        if value is None or value != value or value < low or (high is not None and value > high):
            span = "%g or more" % low if high is None else "%g to %g" % (low, high)
            raise argparse.ArgumentTypeError('must be a number, %s, not "%s"' % (span, text))
        return value

    return read


def _status(text):
    if not text.isdigit() or not 1 <= int(text) <= 255:
        raise argparse.ArgumentTypeError('"%s" is not an exit status from 1 to 255' % text)
    return int(text)


def _statuses(text):
    return {_status(part) for part in text.split(",")}


def _names(text):
    return text.split(",")


def _errors(text):
    found = {}
    for pair in text.split(","):
        status, _, name = pair.partition("=")
        if not re.match(r"[A-Za-z_][\w.-]{0,127}\Z", name, re.ASCII):
            raise argparse.ArgumentTypeError('"%s" is not STATUS=NAME' % pair)
        found[_status(status)] = name
    return found


def _parser():
    p = _Parser(
        prog="worker.py",
        usage="%(prog)s QUEUE[=SLOTS]... [options] -- COMMAND ARG...",
        description="Takes tasks from queues and runs a command for each. The message is the command's stdin; {$.path} in"
        " an argument is a value of it; exit status 0 is success.",
        epilog="Status: 0 done, 1 with --once or --drain: some task failed, 2 wrong usage, 3 refused, 4 out of reach"
        " (--once), 5 broken, 143 or 130 told twice to end.",
        allow_abbrev=False,
    )
    add = p.add_argument
    add("queues", nargs="*", help=argparse.SUPPRESS)
    add("--url", metavar="ADDRESS", help="where the service is (or MILLRACE_URL)")
    add("--credentials", metavar="FILE", help="a file of credentials (or MILLRACE_CREDENTIALS, or MILLRACE_KEY=id.secret)")
    add("--ca", metavar="FILE", help="trust these certificates, too (PEM; or SSL_CERT_FILE)")
    add("--insecure-http", action="store_true", help="send the key over http to another machine")
    add("--name", help="of this worker (or MILLRACE_WORKER; the host's short name)")
    add("--slots", "--concurrency", metavar="N", type=_number(1, SLOTS_MAX), default=1, help="tasks side by side (1)")
    add("--batch", metavar="N", type=_number(1, BATCH_MAX), default=1, help="messages a slot takes at once (1)")
    add("--lease", metavar="SECONDS", type=_number(*LEASE_SECONDS), default=60, help="without a sign of life (60)")
    add("--stdin", choices=["body", "none"], help="what the command reads (body)")
    add("--output", choices=["file", "stdout", "last-line"], default="file", help="where the task's output is")
    add("--no-templates", dest="has_templates", action="store_false", help="take {$.path} as it stands")
    add("--cwd", metavar="FOLDER", help="where the command runs")
    add("--run-commands", action="store_true", help="run what messages say: whoever may send them runs commands here")
    add("--users", metavar="NAME,...", type=_names, help="with --run-commands, as root: whom commands may run as")
    add("--allow", metavar="FILE", help="with --run-commands: run only what stands there")
    add("--env-file", metavar="FILE", help="with --run-commands: NAME=value lines, variables of all commands")
    add("--timeout", metavar="SECONDS", type=_number(0.001, whole=False), help="end a command that takes longer")
    add("--kill-after", metavar="SECONDS", type=_number(0, whole=False), default=10, help="between TERM and KILL (10)")
    add("--kill-leftovers", action="store_true", help="end what a command leaves running behind it")
    add("--errors", metavar="N=NAME,...", type=_errors, default={}, help="names of errors for exit statuses")
    add("--give-back", metavar="N,...", type=_statuses, default=set(), help="statuses that leave the task to another worker")
    add("--pass-token", action="store_true", help="give the task token to the command, as MILLRACE_TOKEN")
    add("--quiet-tasks", action="store_true", help="do not pass on what commands say")
    add("--log-tail", metavar="KIB", type=_number(0, 16), default=2, help="how much a successful command is quoted (2)")
    add("--log", choices=["text", "json"], default="text", help="how the log is written")
    add("--log-level", choices=LEVELS, default="info", help="what is logged")
    add("--log-commands", action="store_true", help="log commands with their arguments")
    add("--beat-on-progress", action="store_true", help="only progress counts as a sign of life of the step")
    add("--strict", action="store_true", help="end a command whose lease could not be extended for a whole lease")
    add("--grace", metavar="SECONDS", type=_number(0, whole=False), help="how long tasks may take after TERM or INT")
    add("--on-stop", choices=["release", "fail"], help="what becomes of a task that is cut short (release)")
    add("--state", metavar="FOLDER", help="where unsent reports and running commands are remembered")
    add("--no-state", action="store_true", help="remember nothing")
    add("--once", action="store_true", help="one task for each slot, then end")
    add("--wait", metavar="SECONDS", type=_number(0.001, whole=False), default=30, help="with --once: how long (30)")
    add("--drain", dest="until_empty", action="store_true", help="end when the queues are empty")
    add("--max-tasks", metavar="N", dest="tasks_max", type=_number(1), help="end after so many")
    add("--print-unit", action="store_true", help="print a systemd unit that runs this")
    add("--user", metavar="NAME", help="with --print-unit: who it runs as")
    add("--version", action="version", version=VERSION)
    return p


def _check_command(o):
    if o.run_commands and o.command:
        raise UsageError("--run-commands runs what messages say: name no command behind --")
    if not o.run_commands and not o.command:
        raise UsageError("name the command to run for a task, behind --: ... -- ./backup.sh '{$.host}'")
    of_commands = {"cwd": o.cwd, "stdin": o.stdin, "no-templates": not o.has_templates or None}
    of_payloads = {"users": o.users, "allow": o.allow, "env-file": o.env_file}
    for name, value in (of_commands if o.run_commands else of_payloads).items():
        if value is not None:
            raise UsageError("--%s is %sfor --run-commands" % (name, "not " if o.run_commands else ""))


def read_options(args):
    at = args.index("--") if "--" in args else len(args)
    o = _parser().parse_args(args[:at])
    o.command = args[at + 1 :]
    if not o.queues:
        raise UsageError("name a queue to take tasks from")
    _check_command(o)
    o.users, o.stdin = o.users or [], o.stdin or "body"
    # cron would not run it again either.
    o.on_stop = o.on_stop or ("fail" if o.run_commands else "release")
    queues = []
    for word in o.queues:
        found = re.match(r"([A-Za-z0-9-]{1,120})(?:=(\d{1,6}))?\Z", word)
        slots = int(found.group(2) or o.slots) if found else 0
        if not 1 <= slots <= SLOTS_MAX:
            raise UsageError('"%s" is not QUEUE or QUEUE=SLOTS (1 to %d)' % (word, SLOTS_MAX))
        if found.group(1) in dict(queues):
            raise UsageError("the queue %s is named twice" % found.group(1))
        queues.append((found.group(1), slots))
    if o.state is not None and o.no_state:
        raise UsageError("--state and --no-state: say one of them")
    o.queues = queues
    o.once_wait = o.wait if o.once else None
    o.log_tail *= 1024
    o.prefix = sum(slots for _, slots in queues) > 1
    return o


def _work(o):
    warnings = []
    ca = o.ca or os.environ.get("SSL_CERT_FILE")

    def credentials():
        return read_credentials(o.url, None, o.credentials, o.insecure_http, warnings.append)

    where = credentials()
    name = o.name or os.environ.get("MILLRACE_WORKER") or socket.gethostname().split(".")[0]
    run_commands = RunCommands(name, o.users, o.allow, o.env_file) if o.run_commands else None
    folder = None
    if not o.no_state:
        folder, name = StateFolder.take(o.state or default_state(name), name)
    o.worker, o.session = name, secrets.token_hex(8)
    out, err = Sink(1), Sink(2)
    mask = Mask([where[1]])
    log = Log(o.log, o.log_level, name, mask, err.write)
    for warning in warnings + _warnings(o):
        log("warn", "warning", detail=warning)
    service = Service(where, ca, watch_headers(log))
    groups = Groups(folder)
    o.takes_over = folder.replace_session(o.session) if folder else None
    killed = folder.end_leftovers(o.kill_after) if folder else 0
    if killed:
        log("warn", "warning", detail="%d commands of a runner that died here were ended" % killed)
    runner = Runner(o, service, CommandDoer(o, log, mask, out, err, groups, run_commands), log, _keeper(folder, log))
    signals = _Signals(runner, groups)
    signal.signal(signal.SIGUSR2, lambda *_: threading.Thread(target=runner.tell_state, daemon=True).start())
    signal.signal(signal.SIGHUP, lambda *_: _hang_up(runner, service, credentials, ca, log))
    runner.run(folder.kept_reports() if folder else ())
    for sink in (out, err):
        sink.end(1.0)
    return _exit_status(o, runner, service, signals)


def _hang_up(runner, service, credentials, ca, log):
    try:
        os.close(os.open("/dev/tty", os.O_RDONLY))
        threading.Thread(target=runner.drain, daemon=True).start()
    except OSError:
        try:
            service.replace(credentials(), ca)
            log("info", "warning", detail="credentials were read again")
        except (UsageError, OSError) as error:
            log("error", "warning", detail=str(error))


def _warnings(o):
    found = []
    if "KUBERNETES_SERVICE_HOST" in os.environ and o.grace is None:
        found.append(
            "give --grace a little less than terminationGracePeriodSeconds: after that Kubernetes kills what runs"
        )
    if os.getpid() == 1:
        found.append("as process 1 only own children are waited for: run with --init")
    return found


def _exit_status(o, runner, service, signals):
    if runner.refusal:
        sys.stderr.write("error: the service refused: %s %s\n" % (runner.refusal.code, runner.refusal.detail))
        return 3
    if runner.is_forced:
        return signals.exit_code
    if o.once and not service.was_reached:
        return 4
    return 1 if (o.once or o.until_empty) and runner.totals["failed"] else 0


def unit_file(o, args):
    """A systemd unit that runs these very arguments."""
    own = o.name or socket.gethostname().split(".")[0]
    at = args.index("--") if "--" in args else len(args)
    kept, skip = [], False
    for word in args[:at]:
        if skip or word in ("--user", "--credentials", "--state"):
            skip = not skip
        elif word != "--print-unit" and word.split("=")[0] not in ("--user", "--credentials", "--state"):
            kept.append(word)
    start = [sys.executable, os.path.abspath(__file__)] + kept + ["--credentials", "%d/key"] + args[at:]
    file = os.path.abspath(o.credentials) if o.credentials else "/etc/millrace/%s.json" % own
    return UNIT.format(
        own=own,
        queues=", ".join(name for name, _ in o.queues),
        start=" ".join(_quoted(word) for word in start),
        stop="infinity" if o.grace is None else int(o.grace + 0.999) + 20,
        file=file,
        user="User=" + o.user if o.user else "DynamicUser=yes",
        # Another user's rights are new ones.
        privileges="" if o.users else "NoNewPrivileges=yes\n",
    )


def _quoted(word):
    text = (word if word == "%d/key" else word.replace("%", "%%")).replace("$", "$$")
    if re.match(r"[\w./:=@%+,${}-]+\Z", text, re.ASCII):
        return text
    return '"%s"' % re.sub(r'[\\"]', r"\\\g<0>", text).replace("\n", "\\n")


UNIT = """[Unit]
Description=Millrace worker {own} ({queues})
Wants=network-online.target
After=network-online.target

[Service]
Type=exec
ExecStart={start}
Restart=always
RestartSec=2
# The runner is told first, and ends its commands itself.
KillMode=mixed
TimeoutStopSec={stop}
StateDirectory=millrace/{own}
LoadCredential=key:{file}
{user}
{privileges}# A task that takes too much memory fails; the runner goes on.
OOMPolicy=continue
#MemoryMax=1G
#Nice=10

[Install]
WantedBy=multi-user.target
"""


def main(args):
    try:
        o = read_options(args)
        if o.print_unit:
            sys.stdout.write(unit_file(o, args))
            return 0
        return _work(o)
    except UsageError as error:
        sys.stderr.write("error: %s\n(`worker.py --help` tells more)\n" % error)
        return 2


if __name__ == "__main__":
    status = main(sys.argv[1:])
    sys.stdout.flush()
    # Threads that wait for a reader, or for the service, must not keep the process.
    os._exit(status)

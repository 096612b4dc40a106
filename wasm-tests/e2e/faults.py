"""What breaks a cluster: crashes, frozen machines, an object store that is away."""

import os
import signal
from contextlib import contextmanager
from pathlib import Path

import pytest

from cluster import wait_for

# Only there the processes of the pods are processes of this machine.
LOCAL = bool(os.environ.get("E2E_LOCAL"))


def processes(pod):
    """The machine's process IDs of the pod's running containers, each container's PID 1 first."""
    ids = [status["containerID"].split("//")[1] for status in pod["status"]["containerStatuses"] if status["state"].get("running")]
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if any(i in (folder / "cgroup").read_text() for i in ids):
                namespaced = next(l for l in (folder / "status").read_text().splitlines() if l.startswith("NSpid"))
                found.append((int(namespaced.split()[-1]), int(folder.name)))
        except (OSError, StopIteration):
            pass  # it has ended
    return [process for _, process in sorted(found)]


def crash(namespace, pod):
    """The container's main process ends at once, without a word to anybody; the kubelet starts it again.

    Where it is no process of this machine: a JVM that gets SIGSEGV aborts as it does for a bug of its own.
    """
    if LOCAL:
        os.kill(processes(pod)[0], signal.SIGKILL)
    else:
        namespace.exec(pod["metadata"]["name"], ["sh", "-c", "kill -SEGV 1"])


@contextmanager
def frozen(pod):
    """Every process of the pod stands still, as on a machine that hangs; it goes on afterwards."""
    if not LOCAL:
        pytest.skip("a pod is frozen from outside: only with the local cluster (--local)")
    stopped = processes(pod)
    for process in stopped:
        os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        for process in stopped:
            try:
                os.kill(process, signal.SIGCONT)
            except ProcessLookupError:
                pass


@contextmanager
def store_away(store):
    """The object store is gone, its data is kept."""
    scale = lambda replicas: store.namespace.kubectl("scale", "statefulset/s3", f"--replicas={replicas}")
    scale(0)
    wait_for("the store is gone", lambda: not store.namespace.pods("app.kubernetes.io/name=s3"), 90)
    try:
        yield
    finally:
        scale(1)
        store.wait()

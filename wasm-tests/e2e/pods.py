"""Pods of the tests themselves, admitted by Pod Security `restricted` under UID 1000 or an arbitrary one."""

import time

from cluster import wait_for

CONTAINER_SECURITY = {
    "allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]},
}
# Hadoop's login needs a passwd entry for whatever UID the pod has got.
IDENTITY = r'printf "spark:x:%s:%s::/tmp:/bin/sh\n" "$(id -u)" "$(id -g)" >/identity/passwd'


def pod_security(openshift):
    """On OpenShift the UID and fsGroup come from the SCC, so a pod must not ask for any."""
    security = {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}}
    return security if openshift else {**security, "runAsUser": 1000, "runAsGroup": 1000, "fsGroup": 1000}


def script_pod(name, image, command, openshift, env=None, secret=None, config=None):
    """A pod that runs one command to its end, with a passwd entry and a writable /tmp.

    `secret`: its keys are environment variables; `config`: a ConfigMap at /etc/spark; a ConfigMap with the pod's own
    name is at /files.
    """
    identity = {
        "name": "identity", "image": image, "command": ["sh", "-ec", IDENTITY], "securityContext": CONTAINER_SECURITY,
        "volumeMounts": [{"name": "identity", "mountPath": "/identity"}],
    }
    main = {
        "name": "main", "image": image, "command": command, "securityContext": CONTAINER_SECURITY,
        "env": [
            {"name": "HOME", "value": "/tmp"},
            *({"name": key, "value": value} for key, value in (env or {}).items()),
        ],
        "envFrom": [{"secretRef": {"name": secret}}] if secret else [],
        "volumeMounts": [
            {"name": "identity", "mountPath": "/etc/passwd", "subPath": "passwd", "readOnly": True},
            {"name": "tmp", "mountPath": "/tmp"},
            {"name": "files", "mountPath": "/files", "readOnly": True},
            *([{"name": "config", "mountPath": "/etc/spark", "readOnly": True}] if config else []),
        ],
    }
    return {
        "apiVersion": "v1", "kind": "Pod",
        "metadata": {"name": name, "labels": {"app.kubernetes.io/name": "sparkwasm-e2e-client"}},
        "spec": {
            "restartPolicy": "Never", "enableServiceLinks": False, "automountServiceAccountToken": False,
            "securityContext": pod_security(openshift), "initContainers": [identity], "containers": [main],
            "volumes": [
                {"name": "identity", "emptyDir": {}},
                {"name": "tmp", "emptyDir": {}},
                {"name": "files", "configMap": {"name": name, "optional": True}},
                *([{"name": "config", "configMap": {"name": config}}] if config else []),
            ],
        },
    }


class Outcome:
    """A pod that has succeeded: its log, and the seconds from its creation to its end."""

    def __init__(self, pod, log):
        self.log = log
        finished = pod["status"]["containerStatuses"][0]["state"]["terminated"]["finishedAt"]
        self.seconds = seconds_of(finished) - seconds_of(pod["metadata"]["creationTimestamp"])


def start(namespace, pod, files=None):
    """Creates the pod, instead of one of the same name; `files` are there as /files/NAME."""
    name = pod["metadata"]["name"]
    delete(namespace, name)
    if files:
        namespace.apply({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": files})
    namespace.apply(pod)


def outcome(namespace, name, timeout=300):
    """Waits for the end of the pod. One that failed fails the test with its log, and stays as evidence."""
    def ended():
        pod = namespace.get("pods", name)
        return pod if pod["status"].get("phase") in ("Succeeded", "Failed") else None
    pod, _ = wait_for(f"pod {name} ends", ended, timeout)
    log = namespace.kubectl("logs", name)
    assert pod["status"]["phase"] == "Succeeded", f"pod {name}: {pod['status']['phase']}\n{log[-4000:]}"
    delete(namespace, name)
    return Outcome(pod, log)


def run(namespace, pod, files=None, timeout=300):
    start(namespace, pod, files)
    return outcome(namespace, pod["metadata"]["name"], timeout)


def delete(namespace, name):
    namespace.kubectl("delete", "pod,configmap", name, "--ignore-not-found", "--wait")


def seconds_of(timestamp):
    """Seconds since 1970 of a timestamp of Kubernetes, which has whole seconds only."""
    return time.mktime(time.strptime(timestamp, "%Y-%m-%dT%H:%M:%SZ")) - time.timezone

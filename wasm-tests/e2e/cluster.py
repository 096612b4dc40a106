"""The cluster under test: reads through one `kubectl proxy`, writes with kubectl, so that every kind of login works."""

import json
import re
import subprocess
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import yaml


class CommandFailed(AssertionError):
    """A command ended with another code than 0; `output` is all that it printed."""

    def __init__(self, command, result):
        self.output = result.stdout + result.stderr
        super().__init__(f"exit code {result.returncode}: {' '.join(map(str, command))}\n{self.output}")


def run(*command, stdin=None, timeout=600, env=None):
    """What a command prints to stdout. Raises CommandFailed."""
    result = subprocess.run(command, input=stdin, capture_output=True, text=True, timeout=timeout, env=env)
    if result.returncode != 0:
        raise CommandFailed(command, result)
    return result.stdout


def wait_for(what, condition, timeout=120, interval=0.2):
    """The first true value of `condition()`, and the seconds it took. Fails with its last value after `timeout` seconds.

    An API server that does not answer, as on a busy machine, is asked again.
    """
    started = time.monotonic()
    while True:
        try:
            value = seen = condition()
        except OSError as error:
            value, seen = None, error
        waited = time.monotonic() - started
        if value:
            return value, waited
        assert waited < timeout, f"not within {timeout} s: {what}, last seen: {seen!r}"
        time.sleep(interval)


class Cluster:
    """The cluster of the current kubeconfig context."""

    def __init__(self):
        self._proxy = subprocess.Popen(["kubectl", "proxy", "--port=0"], stdout=subprocess.PIPE, text=True)
        line = self._proxy.stdout.readline()
        self._address = "http://" + re.search(r"127\.0\.0\.1:\d+", line).group()

    def close(self):
        self._proxy.terminate()
        self._proxy.wait()

    def get(self, path, timeout=30):
        """The answer of the API server as JSON, or None when there is no such object."""
        text = self.text(path, timeout)
        return None if text is None else json.loads(text)

    def text(self, path, timeout=30):
        """The answer of the API server as it is, or None when there is no such object."""
        try:
            with urllib.request.urlopen(self._address + path, timeout=timeout) as answer:
                return answer.read().decode()
        except urllib.error.HTTPError as error:
            if error.code == 404:
                return None
            raise

    def serves(self, group_version, resource):
        listed = self.get(f"/apis/{group_version}")
        return bool(listed) and any(r["name"] == resource for r in listed["resources"])

    def apply(self, *objects, namespace=None):
        where = ["--namespace", namespace] if namespace else []
        run("kubectl", "apply", "--filename", "-", *where, stdin=yaml.safe_dump_all(objects))

    def delete(self, kind, name, namespace=None):
        where = ["--namespace", namespace] if namespace else []
        run("kubectl", "delete", kind, name, "--ignore-not-found", "--wait", *where)

    def context(self):
        return run("kubectl", "config", "current-context").strip()

    def version(self):
        return self.get("/version")["gitVersion"]


@dataclass
class Namespace:
    """A namespace of one suite, under Pod Security `restricted`."""

    cluster: Cluster
    name: str

    def create(self, labels):
        enforced = {f"pod-security.kubernetes.io/{mode}": "restricted" for mode in ("enforce", "warn", "audit")}
        self.cluster.delete("namespace", self.name)
        self.cluster.apply({
            "apiVersion": "v1", "kind": "Namespace",
            "metadata": {"name": self.name, "labels": {**enforced, **labels}},
        })
        wait_for("the default service account", lambda: self.get("serviceaccounts", "default"))

    def delete(self):
        self.cluster.delete("namespace", self.name)

    def get(self, resource, name="", group="api/v1", selector=""):
        """One object or None; without a name the list's items."""
        path = f"/{group}/namespaces/{self.name}/{resource}"
        if name:
            return self.cluster.get(f"{path}/{name}")
        return self.cluster.get(f"{path}?labelSelector={selector.replace('=', '%3D').replace(',', '%2C')}")["items"]

    def pods(self, selector=""):
        return self.get("pods", selector=selector)

    def service_json(self, service, port, path):
        """What a Service answers, through the API server; None while it does not."""
        try:
            return self.cluster.get(f"/api/v1/namespaces/{self.name}/services/{service}:{port}/proxy{path}")
        except (OSError, ValueError):
            return None

    def service_text(self, service, port, path):
        """The same for an answer that is no JSON."""
        try:
            return self.cluster.text(f"/api/v1/namespaces/{self.name}/services/{service}:{port}/proxy{path}")
        except OSError:
            return None

    def apply(self, *objects):
        self.cluster.apply(*objects, namespace=self.name)

    def kubectl(self, *arguments, **more):
        return run("kubectl", "--namespace", self.name, *arguments, **more)

    def exec(self, pod, command, container=None):
        where = ["--container", container] if container else []
        return self.kubectl("exec", pod, *where, "--", *command)

    def all_objects(self):
        """Everything that can be listed in the namespace, as `kind/name`, but for what Kubernetes makes by itself."""
        kinds = run("kubectl", "api-resources", "--namespaced", "--verbs=list", "--output", "name").split()
        ours = [k for k in kinds if k.split(".")[0] not in {"events", "endpoints", "podmetrics"}]
        listed = self.kubectl("get", ",".join(ours), "--output", "name", "--ignore-not-found").split()
        return {o for o in listed if o not in {"configmap/kube-root-ca.crt", "serviceaccount/default"}}

    def save_evidence(self, folder: Path):
        """Writes what explains a failure: objects, events, and the logs of every container, also of the one before."""
        folder.mkdir(parents=True, exist_ok=True)
        for name, arguments in {
            "pods": ["get", "pods", "--output", "wide"],
            "describe": ["describe", "pods"],
            "events": ["get", "events", "--sort-by", ".lastTimestamp"],
            "objects": ["get", "all,configmaps,persistentvolumeclaims", "--output", "yaml"],
        }.items():
            self._save(folder / f"{name}.txt", arguments)
        for pod in self.pods():
            name = pod["metadata"]["name"]
            self._save(folder / f"{name}.log", ["logs", name, "--all-containers", "--prefix"])
            statuses = pod["status"].get("containerStatuses", [])
            if any(status["restartCount"] for status in statuses):
                self._save(folder / f"{name}.previous.log", ["logs", name, "--all-containers", "--prefix", "--previous"])

    def _save(self, file, arguments):
        command = ["kubectl", "--namespace", self.name, *arguments]
        result = subprocess.run(command, capture_output=True, text=True, timeout=60)
        file.write_text(result.stdout + result.stderr)


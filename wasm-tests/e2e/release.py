"""A release of the chart: installed by real Helm through the plugin, and the Spark cluster that it makes."""

import os
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import yaml

import pods
from cluster import Namespace, run, wait_for

ROOT = Path(os.environ["SPARKWASM_ROOT"])
CHART = ROOT / "chart"
SPARK_IMAGE = os.environ.get("SPARK_IMAGE", "spark-custom:3.5.7")

# Small enough for ten workers on a laptop; everything else is the chart's default.
SMALL = {
    "master": {"resources": {"requests": {"cpu": "50m", "memory": "256Mi"}}},
    "worker": {"resources": {"requests": {"cpu": "25m", "memory": "256Mi"}}},
}
TWO_WORKERS = {"worker": {"replicaCount": 2, "cores": 1}}


def image_values(image):
    """`image.*` for a reference, which may name a registry and a digest."""
    name, _, digest = image.partition("@")
    path, _, last = name.rpartition("/")
    repository, _, tag = last.partition(":")
    registry, _, rest = path.partition("/")
    if "." not in registry and ":" not in registry:
        registry, rest = "", path
    return {"registry": registry, "repository": "/".join(filter(None, [rest, repository])), "tag": tag, "digest": digest}


def merged(*trees):
    """Values laid over each other as Helm does it: mappings are merged, the last of all else wins."""
    result = {}
    for tree in trees:
        for key, value in tree.items():
            both = isinstance(value, dict) and isinstance(result.get(key), dict)
            result[key] = merged(result[key], value) if both else value
    return result


def helm(*arguments, binary="helm"):
    """Real Helm with homes of the tests' own, which scripts/e2e has put the plugin into."""
    return run(binary, *arguments)


@dataclass
class Release:
    namespace: Namespace
    name: str
    values: dict = field(default_factory=dict)

    def _change(self, verb, values, more):
        with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
            yaml.safe_dump(merged({"image": image_values(SPARK_IMAGE)}, self.values, values), file)
            file.flush()
            return helm(verb, self.name, str(CHART), "--namespace", self.namespace.name, "--values", file.name,
                        "--post-renderer", "sparkwasm", "--wait", "--timeout", "5m", *more)

    def install(self, *more, **values):
        started = time.monotonic()
        self._change("install", values, more)
        self.installed_in = time.monotonic() - started  # seconds
        return self

    def upgrade(self, *more, **values):
        return self._change("upgrade", values, more)

    def rollback(self, revision):
        return helm("rollback", self.name, str(revision), "--namespace", self.namespace.name, "--wait", "--timeout", "5m")

    def uninstall(self):
        return helm("uninstall", self.name, "--namespace", self.namespace.name, "--wait", "--ignore-not-found")

    # --- what it made ---

    @property
    def fullname(self):
        return self.name if "spark-standalone" in self.name else f"{self.name}-spark-standalone"

    def selector(self, component=""):
        return f"app.kubernetes.io/instance={self.name}" + (f",app.kubernetes.io/component={component}" if component else "")

    def pods(self, component=""):
        """Pods by name that are not being deleted."""
        found = self.namespace.pods(self.selector(component))
        return {p["metadata"]["name"]: p for p in found if not p["metadata"].get("deletionTimestamp")}

    def uids(self, component=""):
        return {name: pod["metadata"]["uid"] for name, pod in self.pods(component).items()}

    def master(self):
        """What the master says of itself at /json/, None while it does not answer.

        Source: org.apache.spark.deploy.JsonProtocol.writeMasterState
        """
        return self.namespace.service_json(f"{self.fullname}-master", "http", "/json/")

    def masters(self):
        """What each master pod says of itself at /json/, by the pod's name; pods that do not answer are left out."""
        answers = {}
        for name, pod in self.pods("master").items():
            path = f"/api/v1/namespaces/{self.namespace.name}/pods/http:{name}:8080/proxy/json/"
            try:
                state = self.namespace.cluster.get(path, timeout=2)
            except (OSError, ValueError):
                continue
            if state:
                answers[name] = {**state, "uid": pod["metadata"]["uid"]}
        return answers

    def leader(self):
        """Name and state of the master that is ALIVE, or None."""
        alive = [(name, state) for name, state in self.masters().items() if state["status"] == "ALIVE"]
        return alive[0] if alive else None

    def recovered(self, workers, applications, other_than=None):
        """The leader's name once it is ALIVE with so many workers and running applications; `other_than`: a pod's UID."""
        found = self.leader()
        if not found or found[1]["uid"] == other_than:
            return None
        name, state = found
        alive = [w for w in state["workers"] if w["state"] == "ALIVE"]
        running = [a for a in state["activeapps"] if a["state"] == "RUNNING"]
        return name if len(alive) == workers and len(running) == applications else None

    def alive_workers(self):
        state = self.master()
        if not state or state["status"] != "ALIVE":
            return None
        return [w for w in state["workers"] if w["state"] == "ALIVE"]

    def master_url(self):
        return wait_for("the master's URL", self.master)[0]["url"]

    def wait_for_workers(self, count, timeout=120):
        """Seconds until exactly `count` workers are ALIVE in the eyes of the master."""
        def registered():
            workers = self.alive_workers()
            return workers is not None and len(workers) == count
        return wait_for(f"{count} workers are registered", registered, timeout)[1]

    def registration_seconds(self, count, timeout=120):
        """Seconds from the moment in which all `count` worker containers run to the last one's registration."""
        def running():
            pods = self.pods("worker").values()
            started = [s["state"].get("running") for p in pods for s in p["status"].get("containerStatuses", [])]
            return len(started) == count and all(started)
        wait_for(f"{count} worker containers run", running, timeout)
        return self.wait_for_workers(count, timeout)


class Client:
    """Pods that use a release: what a person's own pod, a notebook or an Airflow task looks like."""

    image = SPARK_IMAGE

    def __init__(self, release, secret, openshift):
        self.release, self.secret, self.openshift = release, secret, openshift
        self.env, self.labels = [], {}  # of every pod, as the API wants them

    def pod(self, name, command):
        pod = pods.script_pod(
            name, SPARK_IMAGE, command, self.openshift, secret=self.secret, config=f"{self.release.fullname}-client",
            env={"SPARK_CONF_DIR": "/etc/spark"},
        )
        pod["spec"]["containers"][0]["env"] += self.env
        pod["metadata"]["labels"].update(self.labels)
        return pod

    def run(self, name, command, files=None, timeout=300):
        return pods.run(self.release.namespace, self.pod(name, command), files, timeout)

    def submit(self, name, *arguments, timeout=300):
        """spark-submit in client mode; the master, the driver's address and the object store are in the mounted ConfigMap."""
        return self.run(name, ["/opt/spark/bin/spark-submit", *arguments], timeout=timeout)

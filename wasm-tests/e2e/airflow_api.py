"""Airflow as its users see it: DAG runs, tasks and their logs, by the REST API of Airflow 3 or 2."""

import base64
import json
import time

from cluster import wait_for
from forward import Api


def secret(namespace, name, key):
    return base64.b64decode(namespace.get("secrets", name)["data"][key]).decode()


class Airflow(Api):
    """The API of a release's Airflow, as its first user."""

    def __init__(self, release, major=3):
        self.release, self.namespace, self.major = release, release.namespace, major
        self.root = "/api/v2" if major == 3 else "/api/v1"
        super().__init__(self.namespace, f"{release.fullname}-airflow-webserver", 8080)
        self._token = None

    def password(self):
        return secret(self.namespace, f"{self.release.name}-spark-standalone-airflow", "password")

    def authorization(self):
        if self.major == 2:
            return "Basic " + base64.b64encode(f"admin:{self.password()}".encode()).decode()
        if self._token is None:
            status, text = self.ask("POST", "/auth/token", {"username": "admin", "password": self.password()})
            assert status in (200, 201), text
            self._token = json.loads(text)["access_token"]
        return "Bearer " + self._token

    def call(self, method, path, body=None, **headers):
        """The answer; None while there is none, as during an outage."""
        try:
            status, text = self.ask(method, self.root + path, body, {"Authorization": self.authorization(), **headers})
        except OSError:
            return None
        if status == 401:
            self._token = None  # a server that has lost its database says so too
        if status >= 500 or status == 401:
            return None
        assert status < 400, f"{method} {path}: {status} {text[:500]}"
        return json.loads(text) if "json" in headers.get("Accept", "json") else text

    def wait_for_dag(self, dag):
        known = lambda: dag in [d["dag_id"] for d in (self.call("GET", "/dags") or {"dags": []})["dags"]]
        wait_for(f"the DAG {dag} is known", known, 180, 1)
        wait_for(f"the DAG {dag} is on", lambda: self.call("PATCH", f"/dags/{dag}?update_mask=is_paused", {"is_paused": False}), 60, 1)

    def start(self, dag, **params):
        self.wait_for_dag(dag)
        body = {"conf": params, **({"logical_date": None} if self.major == 3 else {})}
        return Run(self, dag, wait_for("a run", lambda: self.call("POST", f"/dags/{dag}/dagRuns", body), 60, 1)[0]["dag_run_id"])


class Run:
    """A run of a DAG."""

    def __init__(self, airflow, dag, name):
        self.airflow, self.dag, self.name, self.started = airflow, dag, name, time.monotonic()
        self.path = f"/dags/{dag}/dagRuns/{name}"

    def state(self):
        answer = self.airflow.call("GET", self.path)
        return answer and answer["state"]

    def tasks(self):
        answer = self.airflow.call("GET", f"{self.path}/taskInstances")
        return answer["task_instances"] if answer else []

    def log(self, task, number=1):
        """What the task has said, as people read it; empty while it cannot be read."""
        path = f"{self.path}/taskInstances/{task}/logs/{number}"
        if self.airflow.major == 2:
            return self.airflow.call("GET", path, Accept="text/plain") or ""
        content = (self.airflow.call("GET", path) or {}).get("content", [])
        return "\n".join(line if isinstance(line, str) else str(line.get("event", line)) for line in content)

    def finish(self, timeout=900):
        """Seconds until it has succeeded."""
        ended = lambda: self.state() in ("success", "failed")
        wait_for(f"the run of {self.dag} ends", ended, timeout, 1)
        tasks = [(t["task_id"], t["state"], t["try_number"]) for t in self.tasks()]
        assert self.state() == "success", f"{self.dag}: {tasks}\n" + "\n".join(self.log(t[0], t[2] or 1)[-3000:] for t in tasks)
        return time.monotonic() - self.started

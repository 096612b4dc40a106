"""Suite `network`: NetworkPolicies that a network plugin really holds pods to: closed to all but what works."""

import pytest

import pods
from airflow_api import Airflow
from cluster import wait_for
from platform_values import everything
from release import SMALL, SPARK_IMAGE, merged
from test_metastore import MAKE
from test_spark import PI, PYTHON_JOB

# Which of the addresses answer: `host:port` each, one line of output.
REACH = """
import socket, sys
def reaches(address):
    host, port = address.rsplit(":", 1)
    try:
        socket.create_connection((host, int(port)), 4).close()
        return True
    except OSError:
        return False
print("REACHED", [address for address in sys.argv[1:] if reaches(address)])
"""
# Is the Kubernetes API reached?
TRY_THE_API = """
import socket
try:
    socket.create_connection(("kubernetes.default.svc", 443), 4).close()
    print("open")
except OSError:
    print("closed")
"""


@pytest.fixture(scope="class")
def enforced(namespace, store, new_client, profile):
    """Skips where the network plugin passes over NetworkPolicies: everything would be proven by nothing."""
    namespace.apply({
        "apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"name": "trial"},
        "spec": {"podSelector": {"matchLabels": {"app.kubernetes.io/name": "s3"}}, "policyTypes": ["Ingress"]},
    })
    try:
        closed = lambda: "REACHED []" in reached(namespace, profile, ["s3:7070"])
        for _ in range(5):  # a plugin needs a moment
            if closed():
                return
        pytest.skip("this cluster's network plugin does not hold pods to NetworkPolicies; the local one: scripts/cluster up --network-policy")
    finally:
        namespace.kubectl("delete", "networkpolicy", "trial")


@pytest.fixture(scope="class")
def release(enforced, store, new_release):
    release = new_release("demo", **merged(SMALL, store.values(), {
        "worker": {"replicaCount": 2, "cores": 1},
        "historyServer": {"enabled": True}, "hiveMetastore": {"enabled": True},
        "networkPolicy": {"enabled": True, "allowExternalEgress": False},
    }))
    release.install()
    release.wait_for_workers(2)
    return release


def reached(namespace, profile, addresses, labels=()):
    pod = pods.script_pod("reach", SPARK_IMAGE, ["python3", "/files/reach.py", *addresses], profile == "openshift")
    pod["metadata"]["labels"].update(labels)
    return pods.run(namespace, pod, {"reach.py": REACH}).log


class TestNetwork:
    def addresses(self, release):
        pod = {name: pod["status"]["podIP"] for name, pod in release.pods().items()}
        of = lambda component: pod[next(iter(release.pods(component)))]
        return {
            "master rpc": f"{of('master')}:7077", "master http": f"{of('master')}:8080", "worker rpc": f"{of('worker')}:7100",
            "worker http": f"{of('worker')}:8081", "shuffle service": f"{of('worker')}:7337", "history": f"{of('history-server')}:18080",
            "metastore": f"{of('hive-metastore')}:9083", "postgresql": f"{of('hive-metastore-db')}:5432",
        }

    def test_strangers(self, release, namespace, profile, proven):
        """a pod without the label reaches nothing of the installation"""
        addresses = self.addresses(release)
        assert "REACHED []" in reached(namespace, profile, addresses.values())
        proven(f"a pod without the clients' label reaches none of {len(addresses)} ports")

    def test_clients(self, release, namespace, new_client, profile, proven):
        """a pod with the label runs jobs: executors and master reach its driver, it reaches the catalog"""
        client = new_client(release)
        client.labels = {f"{release.fullname}-client": "true"}
        assert "Pi is roughly 3.1" in client.submit("spark-pi", *PI).log
        log = client.run("session", ["python3", "/files/session.py"], {"session.py": PYTHON_JOB}).log
        assert "RESULT [0, 10, 20, 30, 40] 1000" in log
        assert "MADE True" in client.run("make", ["python3", "/files/make.py"], {"make.py": MAKE}).log
        addresses = self.addresses(release)
        log = reached(namespace, profile, addresses.values(), client.labels.items())
        for closed in ("postgresql",):
            assert addresses[closed] not in log, log
        for open_ in ("master rpc", "master http", "history", "metastore"):
            assert addresses[open_] in log, log
        proven("a labelled pod runs spark-submit, PySpark and SQL on tables; it does not reach the database")

    def test_egress(self, release, namespace, proven):
        """masters and workers reach nothing else, not even the API server"""
        for component in ("master", "worker", "hive-metastore"):
            name = next(iter(release.pods(component)))
            said = namespace.exec(name, ["bash", "-c", "timeout 4 bash -c '>/dev/tcp/kubernetes.default.svc/443' && echo open || echo closed"])
            assert said.strip() == "closed", f"{component}: {said}"
        wait_for("all workers are there still", lambda: len(release.alive_workers() or []) == 2, 30)
        proven("masters, workers and metastore reach nothing else (allowExternalEgress: false)")


class TestPlatform:
    """Airflow and MLflow among closed pods."""

    def test_dags(self, enforced, store, new_release, namespace, profile, proven):
        """both DAGs succeed though every pod reaches only what it needs; a stranger reaches none of their pods"""
        release = new_release("platform", **merged(everything(store), {
            "networkPolicy": {"enabled": True, "allowExternalEgress": False},
        }))
        release.install()
        airflow = Airflow(release)
        try:
            for dag, rows in {"spark_etl_synthetic": 1000, "mlflow_training_synthetic": 2000}.items():
                airflow.start(dag, rows=rows).finish()
        finally:
            airflow.close()
        address = {name: pod["status"]["podIP"] for name, pod in release.pods().items()}
        of = lambda component: address[next(iter(release.pods(component)))]
        addresses = [
            f"{of('airflow-webserver')}:8080", f"{of('airflow-scheduler')}:8974", f"{of('airflow-triggerer')}:8794",
            f"{of('airflow-db')}:5432", f"{of('mlflow')}:5000", f"{of('mlflow-db')}:5432",
        ]
        assert "REACHED []" in reached(namespace, profile, addresses)
        said = namespace.exec(next(iter(release.pods("mlflow"))), ["python3", "-c", TRY_THE_API], "mlflow")
        assert said.strip() == "closed", said
        proven("with NetworkPolicies both DAGs succeed; a stranger reaches no port of Airflow, MLflow and their databases")

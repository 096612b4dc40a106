"""Suite `connect`: a real Spark Connect server beside the Standalone cluster, in one namespace."""

import pytest

import pods
from cluster import wait_for
from release import SMALL, merged
from test_spark import PI

PORT = 15002
# spark-submit knows the class and takes the jar from --jars only.
SERVER = [
    "/opt/spark/bin/spark-submit", "--master", "$(MASTER)", "--name", "spark-connect",
    "--conf", "spark.driver.host=$(POD_IP)", "--conf", "spark.driver.bindAddress=0.0.0.0",
    "--conf", f"spark.connect.grpc.binding.port={PORT}",
    "--conf", "spark.cores.max=1",  # or it would hold every core of the cluster
    "--class", "org.apache.spark.sql.connect.service.SparkConnectServer",
    "--jars", "/opt/spark/connect/spark-connect_2.12-3.5.7.jar",
]
CLIENT = """
from pyspark.sql import SparkSession, functions as F
spark = SparkSession.builder.remote("sc://spark-connect:15002").getOrCreate()
print("RESULT", spark.version, spark.range(1000).agg(F.sum("id")).collect()[0][0])
"""


@pytest.fixture(scope="class")
def release(store, new_release):
    release = new_release("demo", **merged(SMALL, store.values(), {"worker": {"replicaCount": 2, "cores": 1}}))
    release.install()
    release.wait_for_workers(2)
    return release


@pytest.fixture(scope="class")
def server(release, new_client):
    """A Connect server that is a long-running application of the Standalone cluster."""
    pod = new_client(release).pod("spark-connect", SERVER)
    pod["metadata"]["labels"] = {"app.kubernetes.io/name": "spark-connect"}
    pod["spec"]["containers"][0]["readinessProbe"] = {"tcpSocket": {"port": PORT}, "periodSeconds": 2}
    service = {
        "apiVersion": "v1", "kind": "Service", "metadata": {"name": "spark-connect"},
        "spec": {"selector": pod["metadata"]["labels"], "ports": [{"name": "grpc", "port": PORT}]},
    }
    release.namespace.apply(service)
    pods.start(release.namespace, pod)
    ready = lambda: all(s["ready"] for s in release.namespace.get("pods", "spark-connect")["status"].get("containerStatuses", [{"ready": False}]))
    wait_for("the Connect server is ready", ready, 180)


class TestConnect:
    def test_side_by_side(self, release, server, namespace, new_client, profile, proven):
        """a Connect session and a spark-submit job run on one Standalone cluster in one namespace"""
        image = pods.script_pod("connect-client", new_client(release).image, ["python3", "/files/client.py"], profile == "openshift")
        outcome = pods.run(namespace, image, {"client.py": CLIENT})
        assert "RESULT 3.5.7 499500" in outcome.log
        submitted = new_client(release).submit("beside", "--conf", "spark.cores.max=1", *PI)
        assert "Pi is roughly 3.1" in submitted.log
        names = {app["name"] for app in release.master()["activeapps"]}
        assert "spark-connect" in names
        proven("Spark Connect and spark-submit side by side on one cluster, no port or name clash")

"""A real Spark Connect server, as a long-running application of the Standalone cluster."""

from dataclasses import dataclass

PORT = 15002
CLIENT = """
from pyspark.sql import SparkSession, functions as F
spark = SparkSession.builder.remote("sc://spark-connect:15002").getOrCreate()
print("RESULT", spark.version, spark.range(1000).agg(F.sum("id")).collect()[0][0])
"""


@dataclass
class Server:
    name: str
    pod: dict
    service: dict

    def is_ready(self, namespace):
        statuses = namespace.get("pods", self.name)["status"].get("containerStatuses", [])
        return bool(statuses) and all(status["ready"] for status in statuses)


def server_pod(client, *options):
    """The server's pod and Service; `options` are further ones of spark-submit."""
    name = "spark-connect"
    # spark-submit knows the class and takes the jar from --jars only
    pod = client.pod(name, [
        "/opt/spark/bin/spark-submit", "--name", name,
        "--conf", f"spark.connect.grpc.binding.port={PORT}",
        "--conf", "spark.cores.max=1",  # or it would hold every core of the cluster
        *options,
        "--class", "org.apache.spark.sql.connect.service.SparkConnectServer",
        "--jars", "/opt/spark/connect/spark-connect_2.12-3.5.7.jar",
    ])
    pod["metadata"]["labels"] = {"app.kubernetes.io/name": name}
    pod["spec"]["containers"][0]["readinessProbe"] = {"tcpSocket": {"port": PORT}, "periodSeconds": 2}
    service = {
        "apiVersion": "v1", "kind": "Service", "metadata": {"name": name},
        "spec": {"selector": pod["metadata"]["labels"], "ports": [{"name": "grpc", "port": PORT}]},
    }
    return Server(name, pod, service)

"""Suite `clients`: what people submit jobs with, by the mounted client configuration alone; RPC authentication."""

import secrets

import pytest

from cluster import wait_for
from release import SMALL, merged
from test_spark import PI, PYTHON_JOB

# A notebook's kernel is a process of its own that gets one cell after the other, as from JupyterLab.
NOTEBOOK = '''
from jupyter_client.manager import start_new_kernel

CELLS = [
    "from pyspark.sql import SparkSession, functions as F\\nspark = SparkSession.builder.appName('notebook').getOrCreate()",
    "frame = spark.range(1000).withColumn('k', F.col('id') % 7)",
    "frame.groupBy('k').count().orderBy('k').toPandas().to_csv(index=False)",
    "double = F.pandas_udf(lambda s: s * 2, 'long')\\nframe.select(double('id').alias('d')).agg(F.sum('d')).first()[0]",
    "spark.stop()",
]
manager, client = start_new_kernel(kernel_name="python3")
for number, cell in enumerate(CELLS, 1):
    def show(message):
        content = message["content"]
        if message["msg_type"] == "execute_result":
            print(f"Out[{number}]:", content["data"]["text/plain"], flush=True)
        elif message["msg_type"] == "error":
            print("\\n".join(content["traceback"]), flush=True)
    reply = client.execute_interactive(cell, output_hook=show, timeout=240)
    assert reply["content"]["status"] == "ok", reply["content"]
manager.shutdown_kernel()
print("NOTEBOOK ENDS")
'''


@pytest.fixture(scope="class")
def guarded(store, namespace, new_release):
    """A release that only who knows a secret may use, and whose traffic nobody can read."""
    namespace.apply({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "spark-auth"},
                     "stringData": {"secret": secrets.token_hex(32)}})
    release = new_release("guarded", **merged(SMALL, store.values(), {
        "worker": {"replicaCount": 1, "cores": 1},
        "security": {"authentication": {"enabled": True, "existingSecret": "spark-auth"}, "encryption": {"enabled": True}},
    }))
    release.install()
    release.wait_for_workers(1)
    return release


class TestClients:
    def test_notebook(self, release, new_client, proven):
        """a Jupyter kernel in another pod runs cells on the cluster"""
        log = new_client(release).run("notebook", ["python3", "/files/notebook.py"], {"notebook.py": NOTEBOOK}).log
        assert r"Out[3]: 'k,count\n0,143\n" in log and "Out[4]: 999000" in log and "NOTEBOOK ENDS" in log, log[-3000:]
        wait_for("the master has it", lambda: "notebook" in [app["name"] for app in release.master()["completedapps"]], 30)
        proven("a Jupyter kernel in another pod runs a job on the cluster, by the mounted configuration alone")

    def test_two_drivers_in_a_pod(self, release, new_client, proven):
        """two drivers in one pod do not quarrel about their fixed ports"""
        script = "python3 /files/job.py & first=$!; python3 /files/job.py; wait $first"
        job = PYTHON_JOB.replace('appName("session")', 'appName("session").config("spark.cores.max", "1")')
        log = new_client(release).run("two-drivers", ["sh", "-ec", script], {"job.py": job}).log
        assert log.count("RESULT [0, 10, 20, 30, 40] 1000") == 2, log[-3000:]
        proven("two drivers in one pod: each takes the next free port")

    def test_authentication(self, guarded, new_client, proven):
        """with RPC authentication a job with the secret runs, one without is refused"""
        client = new_client(guarded)
        refused = client.run("without", ["sh", "-c", "timeout 60 /opt/spark/bin/spark-submit " + " ".join(PI) + "; echo CODE $?"]).log
        assert "CODE 0" not in refused and "Pi is roughly" not in refused, refused[-2000:]
        client.env = [{"name": "_SPARK_AUTH_SECRET", "valueFrom": {"secretKeyRef": {"name": "spark-auth", "key": "secret"}}}]
        assert "Pi is roughly 3.1" in client.submit("with", *PI).log
        log = client.run("session", ["python3", "/files/session.py"], {"session.py": PYTHON_JOB}).log
        assert "RESULT [0, 10, 20, 30, 40] 1000" in log
        proven("RPC authentication and encryption: jobs with the Secret run, one without it is refused")

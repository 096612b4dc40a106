"""MLflow as its users see it: its REST API, and a training whose model is loaded back."""

import json

import pods
from forward import Api
from release import SPARK_IMAGE

PREDICT = """
import mlflow, sys
from pyspark.sql import SparkSession

# Hadoop 3.3.4's s3a cannot read a model back that lies on this pod's disk: Spark runs inside this pod
spark = SparkSession.builder.master("local[1]").getOrCreate()
model = mlflow.spark.load_model(sys.argv[1], dfs_tmpdir="/tmp/model")
points = spark.createDataFrame([(0.9, 0.1), (0.1, 0.9)], ["x1", "x2"])
print("RESULT", [row.prediction for row in model.transform(points).collect()])
spark.stop()
"""


class Mlflow(Api):
    """MLflow's REST API as a client has it."""

    def __init__(self, release, **headers):
        super().__init__(release.namespace, f"{release.fullname}-mlflow", 5000)
        self.headers = headers

    def answer(self, method, path, body=None):
        return self.ask(method, "/api/2.0/mlflow" + path, body, self.headers)

    def get(self, path, body=None, method="GET"):
        status, text = self.answer(method, path, body)
        assert status == 200, f"{path}: {status} {text[:500]}"
        return json.loads(text)


def training_succeeds(release, airflow, store, openshift, proven, line):
    """The DAG mlflow_training_synthetic: its run, metrics, model and artifacts are in MLflow, and the model predicts."""
    took = airflow.start("mlflow_training_synthetic", rows=5000).finish()
    mlflow = Mlflow(release)
    try:
        experiment = mlflow.get("/experiments/get-by-name?experiment_name=synthetic")["experiment"]
        (run,) = mlflow.get("/runs/search", {"experiment_ids": [experiment["experiment_id"]]}, "POST")["runs"]
        (version,) = mlflow.get("/registered-models/get-latest-versions?name=synthetic")["model_versions"]
    finally:
        mlflow.close()
    metrics = {m["key"]: m["value"] for m in run["data"]["metrics"]}
    params = {p["key"]: p["value"] for p in run["data"]["params"]}
    assert run["info"]["status"] == "FINISHED" and params["rows"] == "5000"
    assert metrics["auc"] > 0.9 and metrics["accuracy"] > 0.8, metrics
    assert version["status"] == "READY"
    stored = [key for key in store.keys("mlflow-artifacts") if key.startswith("artifacts/")]
    assert any(key.endswith("MLmodel") for key in stored), stored
    proven(f"{line}: the training DAG, from trigger to success", measured=took, limit=300, goal=60)

    model = f"models:/synthetic/{version['version']}"
    uri = f"http://{release.fullname}-mlflow:5000"
    pod = pods.script_pod("predict", SPARK_IMAGE, ["python3", "/files/predict.py", model], openshift,
                          env={"MLFLOW_TRACKING_URI": uri, "GIT_PYTHON_REFRESH": "quiet"})
    outcome = pods.run(release.namespace, pod, {"predict.py": PREDICT})
    assert "RESULT [1.0, 0.0]" in outcome.log, outcome.log[-2000:]
    proven(f"{line}: run, metrics, registered model, artifacts are in MLflow; the model is loaded back and predicts")

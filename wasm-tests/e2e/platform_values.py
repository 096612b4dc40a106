"""The values of an installation with Airflow and MLflow, small enough for a laptop; and what its images are."""

import os

from release import SMALL, image_values, merged

FEW = {"resources": {"requests": {"cpu": "10m", "memory": "128Mi"}}}
DATABASE = {"postgresql": {"resources": {"requests": {"cpu": "10m", "memory": "64Mi"}}, "persistence": {"size": "1Gi"}}}


def image(variable):
    """`image.*` for another image than the chart's own, from an environment variable such as AIRFLOW_IMAGE."""
    given = os.environ.get(variable)
    return {"image": image_values(given)} if given else {}


AIRFLOW = {"airflow": merged(
    {"enabled": True, **image("AIRFLOW_IMAGE")}, DATABASE,
    {part: FEW for part in ("webserver", "scheduler", "dagProcessor", "triggerer", "worker", "sparkDriver", "migration")},
)}
AIRFLOW_2 = {"airflow": {"version": "2", **({"image": {"tag": "2.11.2"}} | image("AIRFLOW2_IMAGE"))}}
MLFLOW = {"mlflow": merged({"enabled": True, **image("MLFLOW_IMAGE")}, DATABASE, FEW)}


def everything(store):
    """Spark with one worker of two cores, Airflow and MLflow."""
    worker = {"worker": {"replicaCount": 1, "cores": 2, "resources": {"limits": {"memory": "3Gi"}}}}
    return merged(SMALL, worker, store.values(), AIRFLOW, MLFLOW)

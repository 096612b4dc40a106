"""Trains a classifier on synthetic data with Spark; parameters, metrics and the model go to MLflow.

See spark_etl_synthetic.py: the pod's template also has MLflow's address.
"""

from datetime import datetime, timedelta

from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator

try:
    from airflow.sdk import DAG
except ImportError:  # Airflow 2
    from airflow import DAG

with DAG(
    "mlflow_training_synthetic",
    description=__doc__.splitlines()[0],
    schedule=None,
    start_date=datetime(2024, 1, 1),
    catchup=False,
    default_args={"retries": 2, "retry_delay": timedelta(seconds=15)},
    params={"rows": 20_000, "regularization": 0.01, "experiment": "synthetic", "model": "synthetic"},
    tags=["example", "spark", "mlflow"],
):
    KubernetesPodOperator(
        task_id="train",
        name="spark-train",
        pod_template_file="/opt/airflow/pod-templates/spark-driver.yaml",
        arguments=[
            "--name", "train {{ run_id }}",
            "--conf", "spark.cores.max=2",
            "/opt/spark-jobs/train_synthetic.py",
            "--rows", "{{ params.rows }}",
            "--regularization", "{{ params.regularization }}",
            "--experiment", "{{ params.experiment }}",
            "--model", "{{ params.model }}",
            "--run-name", "{{ run_id }}",
        ],
        startup_timeout_seconds=600,
        on_finish_action="delete_pod",
    )

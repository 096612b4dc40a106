"""Makes synthetic sales, sums them up per day and customer, and writes Parquet to the object store.

The pod that runs Spark comes from the mounted template: image, master, security context, object store and keys are in
there, so that this file is the same on every cluster and with Airflow 2.11 and 3.
"""

from datetime import datetime, timedelta

from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator

try:
    from airflow.sdk import DAG
except ImportError:  # Airflow 2
    from airflow import DAG

with DAG(
    "spark_etl_synthetic",
    description=__doc__.splitlines()[0],
    schedule=None,
    start_date=datetime(2024, 1, 1),
    catchup=False,
    default_args={"retries": 2, "retry_delay": timedelta(seconds=15)},
    params={"rows": 200_000},
    tags=["example", "spark"],
):
    KubernetesPodOperator(
        task_id="etl",
        name="spark-etl",
        pod_template_file="/opt/airflow/pod-templates/spark-driver.yaml",
        # what follows `spark-submit`
        arguments=[
            "--name", "etl {{ run_id }}",
            "--conf", "spark.cores.max=2",
            "/opt/spark-jobs/etl_synthetic.py",
            "--rows", "{{ params.rows }}",
            # a run need not have a logical date, and Hadoop takes no colon in a name
            "--to", "synthetic/etl/{{ run_id | replace(':', '') | replace('+', '_') }}",
        ],
        startup_timeout_seconds=600,
        on_finish_action="delete_pod",  # its log is in the task's
    )

"""spark-submit train_synthetic.py --help: trains, and logs parameters, metrics and the model to $MLFLOW_TRACKING_URI."""

import argparse
import os
import sys
from urllib.parse import urlsplit

import mlflow
import mlflow.spark
from pyspark.ml import Pipeline
from pyspark.ml.classification import LogisticRegression
from pyspark.ml.evaluation import BinaryClassificationEvaluator, MulticlassClassificationEvaluator
from pyspark.ml.feature import VectorAssembler
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

parser = argparse.ArgumentParser()
parser.add_argument("--rows", type=int, default=20_000)
parser.add_argument("--regularization", type=float, default=0.01)
parser.add_argument("--experiment", default="synthetic")
parser.add_argument("--model", default="synthetic", help="its name in the registry")
parser.add_argument("--run-name")
arguments = parser.parse_args()
for variable, switch in {"MLFLOW_TRACKING_URI": "mlflow.enabled", "DATA_URL": "s3.endpoint"}.items():
    if variable not in os.environ:
        sys.exit(f"{variable} is not set: the chart sets it with {switch}")
data = urlsplit(os.environ["DATA_URL"])

# The executors write the model to a folder that MLflow then reads with the default file system: both must be the object
# store.
spark = SparkSession.builder.config("spark.hadoop.fs.defaultFS", f"{data.scheme}://{data.netloc}").getOrCreate()
points = (
    spark.range(arguments.rows)
    .select(F.rand(1).alias("x1"), F.rand(2).alias("x2"), F.randn(3).alias("noise"))
    .withColumn("label", (3 * F.col("x1") - 2 * F.col("x2") + 0.3 * F.col("noise") > 0.5).cast("double"))
)
training, test = points.randomSplit([0.8, 0.2], seed=1)

mlflow.set_experiment(arguments.experiment)
with mlflow.start_run(run_name=arguments.run_name) as run:
    mlflow.log_params({"rows": arguments.rows, "regularization": arguments.regularization})
    features = VectorAssembler(inputCols=["x1", "x2"], outputCol="features")
    model = Pipeline(stages=[features, LogisticRegression(regParam=arguments.regularization)]).fit(training)
    predictions = model.transform(test).cache()
    metrics = {
        "auc": BinaryClassificationEvaluator().evaluate(predictions),
        "accuracy": MulticlassClassificationEvaluator(metricName="accuracy").evaluate(predictions),
    }
    mlflow.log_metrics(metrics)
    logged = mlflow.spark.log_model(
        model,
        artifact_path="model",
        dfs_tmpdir=f"{data.path}/mlflow",
        # guessing them would start a second Spark
        pip_requirements=[f"pyspark=={spark.version}"],
        registered_model_name=arguments.model,
    )
    print(f"RESULT run={run.info.run_id} model={logged.model_uri} auc={metrics['auc']:.4f}")
spark.stop()

"""spark-submit etl_synthetic.py --rows 200000 --to synthetic/etl: Parquet below $DATA_URL, and a line RESULT."""

import argparse
import os
import sys

from pyspark.sql import SparkSession
from pyspark.sql import functions as F

parser = argparse.ArgumentParser()
parser.add_argument("--rows", type=int, required=True)
parser.add_argument("--to", required=True, help="folder below DATA_URL")
arguments = parser.parse_args()
if "DATA_URL" not in os.environ:
    sys.exit("DATA_URL is not set: where would the result go? The chart sets it when s3.endpoint is given.")
folder = f"{os.environ['DATA_URL']}/{arguments.to}"

spark = SparkSession.builder.getOrCreate()
sales = spark.range(arguments.rows, numPartitions=4).select(
    "id",
    (F.col("id") % 100).alias("customer"),
    F.date_add(F.lit("2026-01-01"), (F.col("id") % 30).cast("int")).alias("day"),
    (F.rand(seed=7) * 1000).alias("amount"),
)
sales.write.mode("overwrite").parquet(f"{folder}/sales")

daily = (
    spark.read.parquet(f"{folder}/sales")
    .groupBy("day", "customer")
    .agg(F.count("*").alias("sales"), F.round(F.sum("amount"), 2).alias("total"))
)
daily.write.mode("overwrite").partitionBy("day").parquet(f"{folder}/daily")

rows, groups = spark.read.parquet(f"{folder}/daily").agg(F.sum("sales"), F.count("*")).first()
print(f"RESULT rows={rows} groups={groups} folder={folder}")
if rows != arguments.rows:
    sys.exit(f"{arguments.rows} rows were made, but {rows} came out")
spark.stop()

"""Suite `openshift`: all that suite `spark` proves, under an arbitrary UID with group 0."""

import test_spark
from test_spark import client  # noqa: F401, fixtures


class TestOpenShift(test_spark.TestSpark):
    profile = "openshift"
    user = r"1\d{9}:0"

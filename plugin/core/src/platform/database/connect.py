import os
import sys
import time

import psycopg2


def connect():
    """A connection, as soon as the server takes one; what keeps it from that is told when it changes."""
    told = None
    while True:
        try:
            connection = psycopg2.connect(os.environ["DATABASE_URL"], connect_timeout=5)
            connection.autocommit = True
            return connection
        except psycopg2.OperationalError as error:
            reason = str(error).strip().splitlines()[-1]
            if reason != told:
                print("waiting for the database:", reason, flush=True)
                told = reason
            time.sleep(1)



import subprocess

connection = connect()
# pods that start together take turns
connection.cursor().execute("SELECT pg_advisory_lock(hashtext('mlflow db upgrade'))")
# the address holds no password
subprocess.run(["mlflow", "db", "upgrade", os.environ["MLFLOW_BACKEND_STORE_URI"]], check=True)

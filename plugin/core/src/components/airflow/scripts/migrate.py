import subprocess

# Jobs of two upgrades take turns, as long as this connection is open
turn = connect()
turn.cursor().execute("SELECT pg_advisory_lock(hashtext('airflow db migrate'))")
subprocess.run(["airflow", "db", "migrate"], check=True)

username = os.environ.get("ADMIN_USERNAME")
if username:
    from airflow.providers.fab.auth_manager.cli_commands.utils import get_application_builder

    with get_application_builder() as builder:
        manager = builder.sm
        if not manager.find_user(username=username):
            role = manager.find_role("Admin")
            email, password = os.environ["ADMIN_EMAIL"], os.environ["ADMIN_PASSWORD"]
            if not manager.add_user(username, "Admin", "User", email, role, password):
                sys.exit(f"the user {username} could not be made")
            print("made the user", username, flush=True)

# last: what the other pods wait for
cursor = connect().cursor()
cursor.execute("CREATE SCHEMA IF NOT EXISTS sparkwasm")
cursor.execute("CREATE TABLE IF NOT EXISTS sparkwasm.migrated (image text PRIMARY KEY)")
cursor.execute("INSERT INTO sparkwasm.migrated VALUES (%s) ON CONFLICT DO NOTHING", (os.environ["MIGRATION"],))

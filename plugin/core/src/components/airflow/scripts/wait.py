connection, told = connect(), False
while True:
    try:
        cursor = connection.cursor()
        cursor.execute("SELECT 1 FROM sparkwasm.migrated WHERE image = %s", (os.environ["MIGRATION"],))
        if cursor.fetchone():
            sys.exit()
    except (psycopg2.errors.UndefinedTable, psycopg2.errors.InvalidSchemaName):
        pass
    except (psycopg2.OperationalError, psycopg2.InterfaceError):
        connection = connect()
    if not told:
        print("waiting for the Job that makes the tables for", os.environ["MIGRATION"], flush=True)
        told = True
    time.sleep(1)

# Any image with PostgreSQL's programs will do, under any UID: its own entrypoint is not used.
trap 'exit 143' INT TERM
command -v postgres >/dev/null || for bin in /usr/lib/postgresql/*/bin; do PATH=$bin:$PATH; done
umask 077
case $DATABASE_PASSWORD in
  '') echo 'the password in the Secret is empty' >&2; exit 1 ;;
  *'
'*) echo 'the password in the Secret has a line break: make it without, such as with kubectl create secret --from-literal' >&2; exit 1 ;;
esac

# Made aside and moved: a crash in the middle starts over.
if [ ! -e "$PGDATA" ]; then
  rm -rf "$PGDATA.new"
  initdb -D "$PGDATA.new" -U postgres -E UTF8 --locale=C.UTF-8 --data-checksums --auth-local=trust --auth-host=reject >/dev/null
  # The socket is in this pod alone. Over the network the superuser has no password, and so no way in.
  printf 'local all all trust\nhost all all all scram-sha-256\n' >"$PGDATA.new/pg_hba.conf"
  mv "$PGDATA.new" "$PGDATA"
fi
made=$(cat "$PGDATA/PG_VERSION")
program=$(postgres -V)
case $program in
  *') '"$made".*) ;;
  *) echo "the data are of PostgreSQL $made, the image has $program: dump them with the old image and restore them with the new one" >&2; exit 1 ;;
esac
chmod 0700 "$PGDATA"          # fsGroup opens it at each mount, and the server then refuses to start
rm -f "$PGDATA/postmaster.pid" # names a process of a pod that is gone

# A server without a network, which takes one statement a line and never shows one with a password.
sql() {
  out=$(printf '%s\n' "$@" | postgres --single -D "$PGDATA" -c lc_messages=C -c log_min_error_statement=panic postgres 2>&1) || out="ERROR: $out"
  case $out in *ERROR:*) printf '%s\n' "$out" >&2; exit 1 ;; esac
}
# At each start, so that a new password in the Secret is the user's after a restart.
password=$(printf %s "$DATABASE_PASSWORD" | sed "s/'/''/g")
sql "DO 'BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = ''$DATABASE_USER'') THEN CREATE ROLE \"$DATABASE_USER\"; END IF; END'" \
  "ALTER ROLE \"$DATABASE_USER\" LOGIN PASSWORD '$password'" \
  "SELECT datname FROM pg_database WHERE datname = '$DATABASE_NAME'"
case $out in
  *"\"$DATABASE_NAME\""*) ;;
  *) sql "CREATE DATABASE \"$DATABASE_NAME\" OWNER \"$DATABASE_USER\"" ;;
esac
unset password DATABASE_PASSWORD
exec postgres -D "$PGDATA" -c listen_addresses='*' -c unix_socket_directories=/var/run/postgresql "$@"

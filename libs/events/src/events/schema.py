"""The database schema of a log and of what follows from it, as statements for a migration.

Three schemas: `log` (append-only; a service's own role may read it and call `log.append`,
nothing else), `feed` (checkpoints, parked events) and `read` (read models, made and
replaced by the projection engine).
"""

from __future__ import annotations

from collections.abc import Sequence

_APPEND = """
    CREATE FUNCTION log.append(
        command_streams text, command_versions text, command_hashes text, command_keys text, command_digests text,
        command_firsts text, command_sizes text,
        event_streams text, event_versions text, event_names text, event_keys text, event_ids text,
        event_micros text, event_data text, event_metadata text, event_hashes text
    ) RETURNS TABLE (command bigint, outcome text, stream text, version integer, size integer, "position" bigint)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
    AS $$
    #variable_conflict use_column
    DECLARE
        command_stream text[] := string_to_array(command_streams, E'\\n');
        command_version integer[] := string_to_array(command_versions, E'\\n');
        command_hash text[] := string_to_array(command_hashes, E'\\n', '');
        command_key text[] := string_to_array(command_keys, E'\\n', '');
        command_size integer[] := string_to_array(command_sizes, E'\\n');
        event_version integer[] := string_to_array(event_versions, E'\\n');
        event_id uuid[] := string_to_array(event_ids, E'\\n');
        event_micro bigint[] := string_to_array(event_micros, E'\\n');
        before bigint;  -- the last position until now
        others text[];  -- streams of the commands that are not simply appended
    BEGIN
        SELECT h.position INTO STRICT before FROM log.head h FOR UPDATE;
        SELECT array_agg(c.stream) INTO others
        FROM unnest(command_stream, command_version, command_hash, command_key) AS c (stream, version, hash, key)
        LEFT JOIN LATERAL (
            SELECT e.version, e.hash FROM log.event e WHERE e.stream = c.stream ORDER BY e.version DESC LIMIT 1
        ) tip ON true
        LEFT JOIN LATERAL (SELECT k.key FROM log.command k WHERE k.key = c.key LIMIT 1) seen ON true
        WHERE coalesce(tip.version, 0) <> c.version OR tip.hash IS DISTINCT FROM decode(c.hash, 'hex')
           OR seen.key IS NOT NULL;
        WITH appended AS (
            INSERT INTO log.event (position, stream, version, name, key, id, time, data, metadata, hash)
            SELECT before + row_number() OVER (ORDER BY e.n), e.stream, e.version, e.name, e.key, e.id,
                   timestamptz 'epoch' + e.micros / 1000000 * interval '1 second'
                       + e.micros % 1000000 * interval '1 microsecond',  -- exact: factors are doubles
                   e.data::json, e.metadata::json, decode(e.hash, 'hex')
            FROM ROWS FROM (
                string_to_table(event_streams, E'\\n'), unnest(event_version), string_to_table(event_names, E'\\n'),
                string_to_table(event_keys, E'\\n'), unnest(event_id), unnest(event_micro),
                string_to_table(event_data, E'\\n'), string_to_table(event_metadata, E'\\n'),
                string_to_table(event_hashes, E'\\n')
            ) WITH ORDINALITY AS e (stream, version, name, key, id, micros, data, metadata, hash, n)
            WHERE e.stream NOT IN (SELECT unnest(others))
            RETURNING 1
        )
        UPDATE log.head SET position = before + (SELECT count(*) FROM appended)
        WHERE EXISTS (SELECT FROM appended);
        IF array_remove(command_key, NULL) <> '{}' THEN
            INSERT INTO log.command (key, digest, stream, version, size, position)
            SELECT p.key, decode(p.digest, 'hex'), p.stream, p.version + p.size, p.size, p.last
            FROM (
                SELECT c.*, before + sum(c.size) OVER (ORDER BY c.n) AS last
                FROM unnest(command_key, string_to_array(command_digests, E'\\n', ''), command_stream,
                            command_version, command_size)
                         WITH ORDINALITY AS c (key, digest, stream, version, size, n)
                WHERE c.stream NOT IN (SELECT unnest(others))
            ) p WHERE p.key IS NOT NULL;
        END IF;
        command := 0;
        position := before;
        RETURN NEXT;
        IF others IS NULL THEN
            RETURN;
        END IF;
        RETURN QUERY
        SELECT j.n, CASE j.outcome WHEN 'found' THEN 'replayed' ELSE j.outcome END,
               coalesce(j.seen_stream, j.stream),
               CASE j.outcome WHEN 'replayed' THEN j.seen_version
                              WHEN 'conflict' THEN coalesce(j.tip_version, 0)
                              ELSE j.version + j.size END,
               coalesce(j.seen_size, j.size),
               CASE j.outcome
                   WHEN 'replayed' THEN j.seen_position
                   WHEN 'found' THEN (SELECT e.position FROM log.event e
                                      WHERE e.stream = j.stream AND e.version = j.version + j.size)
                   ELSE before
               END
        FROM (
            SELECT c.n, c.stream, c.version, c.size, tip.version AS tip_version, seen.stream AS seen_stream,
                   seen.version AS seen_version, seen.size AS seen_size, seen.position AS seen_position,
                   CASE
                       WHEN seen.digest = decode(c.digest, 'hex') THEN 'replayed'
                       WHEN seen.digest IS NOT NULL THEN 'key_reused'
                       WHEN EXISTS (
                           SELECT FROM log.event e
                           WHERE e.stream = c.stream AND e.version = c.version + 1 AND e.id = c.first::uuid
                       ) THEN 'found'
                       ELSE 'conflict'
                   END AS outcome
            FROM unnest(command_stream, command_version, command_key, string_to_array(command_digests, E'\\n', ''),
                        string_to_array(command_firsts, E'\\n', ''), command_size)
                     WITH ORDINALITY AS c (stream, version, key, digest, first, size, n)
            LEFT JOIN LATERAL (
                SELECT e.version FROM log.event e WHERE e.stream = c.stream ORDER BY e.version DESC LIMIT 1
            ) tip ON true
            LEFT JOIN LATERAL (
                SELECT k.digest, k.stream, k.version, k.size, k.position FROM log.command k
                WHERE k.key = c.key LIMIT 1
            ) seen ON true
            WHERE c.stream IN (SELECT unnest(others))
        ) j;
    END $$"""
# A column of a batch is one text, a line for each row: as arrays its elements took longer to encode,
# one by one, than to store. Each statement after the counter's lock sees all that earlier holders
# committed, and nobody adds to it before this one commits. The lateral sub-selects keep the plan on
# the indexes, however wrong the planner's guess about the rows is, so one plan serves all batches:
# making one for each took longer than carrying it out. Where most are appended, that is all that is
# looked at and told; a command whose first event already stands at its place was appended by an
# attempt whose answer was lost.

FIRST: Sequence[str] = (
    "CREATE SCHEMA log",
    "CREATE SCHEMA feed",
    "CREATE SCHEMA read",
    """
    CREATE TABLE log.event (
        position bigint PRIMARY KEY CHECK (position > 0),
        stream   text NOT NULL,
        version  integer NOT NULL CHECK (version > 0),
        name     text NOT NULL,
        key      text NOT NULL,
        id       uuid NOT NULL,
        time     timestamptz NOT NULL,
        data     json NOT NULL,
        metadata json NOT NULL,
        hash     bytea NOT NULL CHECK (length(hash) = 32),
        UNIQUE (stream, version)
    )""",
    # `json` and not `jsonb`: the hash is over the text as written.
    "COMMENT ON TABLE log.event IS 'Every fact of this service, append-only, hash-chained per stream'",
    """
    CREATE TABLE log.command (
        key      text PRIMARY KEY,
        digest   bytea NOT NULL,
        stream   text NOT NULL,
        version  integer NOT NULL,
        size     integer NOT NULL,
        position bigint NOT NULL,
        time     timestamptz NOT NULL DEFAULT now()
    )""",
    "COMMENT ON TABLE log.command IS 'First outcome of every command that came with an idempotency key'",
    "CREATE TABLE log.head (position bigint NOT NULL, one boolean PRIMARY KEY DEFAULT true CHECK (one))",
    "INSERT INTO log.head VALUES (0)",
    """
    CREATE FUNCTION log.refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'the log is append-only: % on %.% is refused', TG_OP, TG_TABLE_SCHEMA, TG_TABLE_NAME;
    END $$""",
    """
    CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON log.event
        FOR EACH STATEMENT EXECUTE FUNCTION log.refuse()""",
    """
    CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON log.command
        FOR EACH STATEMENT EXECUTE FUNCTION log.refuse()""",
    _APPEND,
    "REVOKE ALL ON FUNCTION log.append FROM PUBLIC",
    """
    CREATE TABLE feed.checkpoint (
        consumer   text NOT NULL,
        source     text NOT NULL,
        partition  integer NOT NULL,
        next_offset bigint NOT NULL,
        position   bigint NOT NULL,
        updated_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (consumer, source, partition)
    )""",
    """
    CREATE TABLE feed.relay (
        topic    text PRIMARY KEY,
        position bigint NOT NULL,
        updated_at timestamptz NOT NULL DEFAULT now()
    )""",
    """
    CREATE TABLE feed.parked (
        number    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        consumer  text NOT NULL,
        key       text NOT NULL,
        source    text NOT NULL,
        partition integer NOT NULL,
        "offset"  bigint NOT NULL,
        fact      bytea NOT NULL,
        readable  boolean NOT NULL,
        reason    text NOT NULL,
        parked_at timestamptz NOT NULL DEFAULT now(),
        attempts  integer NOT NULL DEFAULT 1,
        UNIQUE (consumer, source, partition, "offset")
    )""",
    "CREATE INDEX parked_key ON feed.parked (consumer, key, number)",
    """
    CREATE TABLE feed.projection (
        name    text PRIMARY KEY,
        version integer NOT NULL,
        relation text NOT NULL,
        built_at timestamptz NOT NULL DEFAULT now()
    )""",
)
"""Run once, as the database's owner."""


_SIGNATURE = f"log.append({', '.join(['text'] * 16)})"
APPEND_BY_TEXTS: Sequence[str] = (
    _APPEND.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"),
    f"REVOKE ALL ON FUNCTION {_SIGNATURE} FROM PUBLIC",
    f"""
    DO $$
    DECLARE
        role text;
    BEGIN
        FOR role IN
            SELECT DISTINCT a.grantee::regrole::text FROM pg_proc p, aclexplode(p.proacl) a
            WHERE p.pronamespace = 'log'::regnamespace AND p.proname = 'append' AND a.grantee <> 0
        LOOP
            EXECUTE 'GRANT EXECUTE ON FUNCTION {_SIGNATURE} TO ' || role;
        END LOOP;
    END $$""",
)
"""For a log whose `append` takes arrays only: one more that takes texts, for whoever may call that one.
Processes of the version before go on calling theirs until a later migration drops it."""


def grants(service_role: str, reader_role: str | None = None) -> Sequence[str]:
    """What the service's own role may do, and a role that only reads the log."""
    service = f'"{service_role}"'
    statements = [
        f"GRANT USAGE ON SCHEMA log, feed TO {service}",
        f"GRANT SELECT ON ALL TABLES IN SCHEMA log TO {service}",
        f"GRANT EXECUTE ON FUNCTION log.append TO {service}",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA feed TO {service}",
        f"GRANT USAGE, CREATE ON SCHEMA read TO {service}",
    ]
    if reader_role:
        statements += [
            f'GRANT USAGE ON SCHEMA log TO "{reader_role}"',
            f'GRANT SELECT ON ALL TABLES IN SCHEMA log TO "{reader_role}"',
        ]
    return statements

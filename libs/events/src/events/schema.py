"""The database schema of a log and of what follows from it, as statements for a migration.

Three schemas: `log` (append-only; a service's own role may read it and call `log.append`,
nothing else), `feed` (checkpoints, parked events) and `read` (read models, made and
replaced by the projection engine).
"""

from __future__ import annotations

from collections.abc import Sequence

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
    # The whole batch is one statement after the counter's lock: its snapshot holds all that
    # earlier holders committed. The lateral sub-selects keep the plan on the indexes, however
    # wrong the planner's guess about the arrays is, so one plan serves all batches: making one
    # for each took longer than carrying it out. A command whose first event already stands at
    # its place was appended by an attempt whose answer was lost.
    """
    CREATE FUNCTION log.append(
        command_stream text[], command_version integer[], command_hash bytea[],
        command_key text[], command_digest bytea[], command_first uuid[], command_size integer[],
        event_command integer[], event_version integer[], event_name text[], event_key text[],
        event_id uuid[], event_time timestamptz[], event_data text[], event_metadata text[], event_hash bytea[]
    ) RETURNS TABLE (outcome text, stream text, version integer, size integer, "position" bigint)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan
    AS $$
    #variable_conflict use_column
    DECLARE
        before bigint;  -- the last position until now
    BEGIN
        SELECT h.position INTO STRICT before FROM log.head h FOR UPDATE;
        RETURN QUERY
        WITH judged AS MATERIALIZED (
            SELECT c.n, c.stream, c.version, c.key, c.digest, c.size,
                   tip.version AS tip_version, seen.stream AS seen_stream,
                   seen.version AS seen_version, seen.size AS seen_size,
                   seen.position AS seen_position,
                   CASE
                       WHEN seen.digest = c.digest THEN 'replayed'
                       WHEN seen.digest IS NOT NULL THEN 'key_reused'
                       WHEN coalesce(tip.version, 0) = c.version AND coalesce(tip.hash, '') = c.hash THEN 'appended'
                       WHEN c.size > 0 AND EXISTS (
                           SELECT FROM log.event e
                           WHERE e.stream = c.stream AND e.version = c.version + 1 AND e.id = c.first
                       ) THEN 'found'
                       ELSE 'conflict'
                   END AS outcome
            FROM unnest(command_stream, command_version, command_hash, command_key, command_digest,
                        command_first, command_size)
                     WITH ORDINALITY AS c (stream, version, hash, key, digest, first, size, n)
            LEFT JOIN LATERAL (
                SELECT e.version, e.hash FROM log.event e
                WHERE e.stream = c.stream ORDER BY e.version DESC LIMIT 1
            ) tip ON true
            LEFT JOIN LATERAL (
                SELECT k.digest, k.stream, k.version, k.size, k.position FROM log.command k
                WHERE k.key = c.key LIMIT 1
            ) seen ON true
        ), appended AS (
            INSERT INTO log.event (position, stream, version, name, key, id, time, data, metadata, hash)
            SELECT before + row_number() OVER (ORDER BY e.n), j.stream, e.version, e.name, e.key, e.id, e.time,
                   e.data::json, e.metadata::json, e.hash
            FROM unnest(event_command, event_version, event_name, event_key, event_id, event_time,
                        event_data, event_metadata, event_hash)
                     WITH ORDINALITY AS e (command, version, name, key, id, time, data, metadata, hash, n)
            JOIN judged j ON j.n = e.command AND j.outcome = 'appended'
            RETURNING 1
        ), placed AS (
            SELECT j.n, before + sum(j.size) OVER (ORDER BY j.n) AS last FROM judged j WHERE j.outcome = 'appended'
        ), keyed AS (
            INSERT INTO log.command (key, digest, stream, version, size, position)
            SELECT j.key, j.digest, j.stream, j.version + j.size, j.size, p.last
            FROM judged j JOIN placed p ON p.n = j.n WHERE j.key IS NOT NULL
        ), counted AS (
            UPDATE log.head SET position = before + (SELECT count(*) FROM appended)
            WHERE EXISTS (SELECT FROM appended)
        )
        SELECT CASE j.outcome WHEN 'found' THEN 'replayed' ELSE j.outcome END,
               coalesce(j.seen_stream, j.stream),
               CASE j.outcome WHEN 'replayed' THEN j.seen_version
                              WHEN 'conflict' THEN coalesce(j.tip_version, 0)
                              ELSE j.version + j.size END,
               coalesce(j.seen_size, j.size),
               CASE j.outcome
                   WHEN 'appended' THEN p.last::bigint
                   WHEN 'replayed' THEN j.seen_position
                   WHEN 'found' THEN (SELECT e.position FROM log.event e
                                      WHERE e.stream = j.stream AND e.version = j.version + j.size)
                   ELSE before
               END
        FROM judged j LEFT JOIN placed p ON p.n = j.n
        ORDER BY j.n;
    END $$""",
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

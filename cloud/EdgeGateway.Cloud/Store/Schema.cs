using System.Globalization;

namespace EdgeGateway.Cloud.Store;

/// <summary>
/// The tables, by numbered migrations that run at start. Written once for both databases; <see cref="Dialect"/> holds what differs.
/// Times are Unix milliseconds.
/// </summary>
public static class Schema
{
    public static readonly Dialect Sqlite = new(
        "INTEGER PRIMARY KEY", "BLOB", "WITHOUT ROWID",
        """
        CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'the audit trail is only appended to'); END;
        CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'the audit trail is only appended to'); END
        """,
        "SELECT 1", "SELECT 1");

    // Room on each page lets PostgreSQL update a row in place, without touching the index.
    public static readonly Dialect Postgres = new(
        "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY", "BYTEA", "WITH (fillfactor = 60)",
        """
        CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'the audit trail is only appended to'; END $$;
        CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
        """,
        // Hashes do not get smaller, and messages are deleted as soon as they are sent; compressing them took a third of PostgreSQL's time.
        "ALTER TABLE movement_ids ALTER COLUMN ids SET STORAGE EXTERNAL; ALTER TABLE outbox ALTER COLUMN messages SET STORAGE EXTERNAL",
        // The default, pglz, took a quarter of PostgreSQL's time. Not every build has lz4.
        """
        DO $$ BEGIN
          IF (SELECT 'lz4' = ANY(enumvals) FROM pg_settings WHERE name = 'default_toast_compression') THEN
            ALTER TABLE movements ALTER COLUMN chunk SET COMPRESSION lz4;
            ALTER TABLE readings ALTER COLUMN chunk SET COMPRESSION lz4;
            ALTER TABLE positions ALTER COLUMN chunk SET COMPRESSION lz4;
            ALTER TABLE item_history ALTER COLUMN chunk SET COMPRESSION lz4;
          END IF;
        END $$
        """);

    /// <summary>Tables that records fold into: what a rebuild makes anew.</summary>
    public static readonly IReadOnlyList<string> Views =
    [
        "consumed", "marks", "completeness", "ledger", "gateways", "devices", "readings", "positions", "items", "item_history",
        "checkpoints", "levels", "waiting", "movements", "movement_ids", "variances", "transfers", "alerts",
    ];

    /// <summary><see cref="Views"/> of a schema of PostgreSQL, as a list for a statement.</summary>
    public static string ViewsIn(string schema) => string.Join(", ", Views.Select(table => $"{schema}.{table}"));

    /// <summary>Tables that a rebuild leaves as they are.</summary>
    public static readonly IReadOnlyList<string> Kept = ["meta", "audit", "outbox", "notifications"];

    /// <summary>Version that this program brings a database to.</summary>
    public static int Version => Migrations.Length;

    private static readonly string[][] Migrations =
    [
        [
            "CREATE TABLE meta (name TEXT PRIMARY KEY, value BIGINT NOT NULL)",
            "INSERT INTO meta (name, value) VALUES ('generation', 0), ('commits', 0)",
            "CREATE TABLE consumed (topic TEXT NOT NULL, part BIGINT NOT NULL, next_offset BIGINT NOT NULL, high_offset BIGINT NOT NULL, caught_up_at BIGINT NOT NULL, record_at BIGINT NOT NULL, PRIMARY KEY (topic, part)) {state}",
            "CREATE TABLE marks (gateway TEXT NOT NULL, store TEXT NOT NULL, topic TEXT NOT NULL, part BIGINT NOT NULL, seq BIGINT NOT NULL, PRIMARY KEY (gateway, store, topic, part)) {state}",
            "CREATE TABLE completeness (gateway TEXT NOT NULL, store TEXT NOT NULL, highest BIGINT NOT NULL, seen {bytes} NOT NULL, PRIMARY KEY (gateway, store)) {state}",
            "CREATE TABLE ledger (gateway TEXT NOT NULL, store TEXT NOT NULL, seq BIGINT NOT NULL, kind TEXT NOT NULL, from_seq BIGINT NOT NULL, to_seq BIGINT NOT NULL, family TEXT NOT NULL, count BIGINT NOT NULL, reason TEXT NOT NULL, observed_at BIGINT NOT NULL, lost_store TEXT NOT NULL, PRIMARY KEY (gateway, store, seq)) {state}",
            "CREATE TABLE gateways (gateway TEXT PRIMARY KEY, site TEXT NOT NULL, asset TEXT, store TEXT NOT NULL, last_heard BIGINT NOT NULL, lost_since BIGINT, confirmed BIGINT NOT NULL, frontier BIGINT NOT NULL, heard_at BIGINT NOT NULL, status {bytes} NOT NULL) {state}",
            "CREATE TABLE devices (gateway TEXT NOT NULL, device TEXT NOT NULL, profile TEXT, site TEXT NOT NULL, asset TEXT, state {bytes} NOT NULL, PRIMARY KEY (gateway, device)) {state}",
            "CREATE TABLE readings (id {id}, series TEXT NOT NULL, from_at BIGINT NOT NULL, to_at BIGINT NOT NULL, chunk {bytes} NOT NULL)",
            "CREATE INDEX readings_by_time ON readings (series, to_at)",
            "CREATE TABLE positions (id {id}, series TEXT NOT NULL, from_at BIGINT NOT NULL, to_at BIGINT NOT NULL, chunk {bytes} NOT NULL)",
            "CREATE INDEX positions_by_time ON positions (series, to_at)",
            "CREATE TABLE items (epc TEXT PRIMARY KEY, hex TEXT NOT NULL, gtin TEXT, sscc TEXT, site TEXT NOT NULL, zone TEXT NOT NULL, passage TEXT NOT NULL, change TEXT NOT NULL, state TEXT NOT NULL, gateway TEXT NOT NULL, store TEXT NOT NULL, seq BIGINT NOT NULL, observed_at BIGINT NOT NULL) {state}",
            "CREATE TABLE item_history (id {id}, series TEXT NOT NULL, from_at BIGINT NOT NULL, to_at BIGINT NOT NULL, chunk {bytes} NOT NULL)",
            "CREATE INDEX item_history_by_time ON item_history (series, to_at)",
            "CREATE TABLE levels (site TEXT NOT NULL, sku TEXT NOT NULL, part BIGINT NOT NULL, on_hand BIGINT NOT NULL, reserved BIGINT NOT NULL, updated_at BIGINT NOT NULL, counted_at BIGINT NOT NULL, moved_at BIGINT NOT NULL, judged BIGINT NOT NULL, low_since BIGINT, next_expiry BIGINT, count_id TEXT, reservations {bytes} NOT NULL, PRIMARY KEY (site, sku)) {state}",
            "CREATE TABLE waiting (gateway TEXT NOT NULL, store TEXT NOT NULL, seq BIGINT NOT NULL, site TEXT NOT NULL, sku TEXT NOT NULL, change BIGINT NOT NULL, observed_at BIGINT NOT NULL, record_at BIGINT NOT NULL, PRIMARY KEY (gateway, store, seq, site)) {state}",
            "CREATE TABLE movements (id {id}, series TEXT NOT NULL, from_at BIGINT NOT NULL, to_at BIGINT NOT NULL, chunk {bytes} NOT NULL)",
            "CREATE INDEX movements_by_time ON movements (series, to_at)",
            "CREATE TABLE movement_ids (id {id}, part BIGINT NOT NULL, to_at BIGINT NOT NULL, event_at BIGINT NOT NULL, ids {bytes} NOT NULL)",
            "CREATE TABLE variances (site TEXT NOT NULL, sku TEXT NOT NULL, movement TEXT NOT NULL, counted_at BIGINT NOT NULL, counted BIGINT NOT NULL, expected BIGINT NOT NULL, by_whom TEXT, reason TEXT, PRIMARY KEY (site, sku, movement)) {state}",
            "CREATE TABLE transfers (to_site TEXT NOT NULL, sku TEXT NOT NULL, movement TEXT NOT NULL, from_site TEXT NOT NULL, quantity BIGINT NOT NULL, reference TEXT, occurred_at BIGINT NOT NULL, PRIMARY KEY (to_site, sku, movement)) {state}",
            "CREATE TABLE alerts (id TEXT PRIMARY KEY, kind TEXT NOT NULL, severity TEXT NOT NULL, state TEXT NOT NULL, gateway TEXT, device TEXT, site TEXT, asset TEXT, sku TEXT, rule TEXT NOT NULL, opened_at BIGINT NOT NULL, detected_at BIGINT NOT NULL, resolved_at BIGINT, late BIGINT NOT NULL, peak_celsius DOUBLE PRECISION, mkt_celsius DOUBLE PRECISION, acknowledged_by TEXT, note TEXT) {state}",
            "CREATE INDEX alerts_by_time ON alerts (state, opened_at)",
            "CREATE TABLE audit (id {id}, alert TEXT NOT NULL, at BIGINT NOT NULL, by_whom TEXT NOT NULL, change TEXT NOT NULL, old TEXT, new TEXT NOT NULL, note TEXT)",
            "CREATE INDEX audit_by_alert ON audit (alert)",
            "CREATE TABLE outbox (id {id}, topic TEXT NOT NULL, messages {bytes} NOT NULL)",
            "CREATE TABLE notifications (id {id}, target BIGINT NOT NULL, alert TEXT NOT NULL, state TEXT NOT NULL, body TEXT NOT NULL, attempts BIGINT NOT NULL, next_at BIGINT NOT NULL)",
            "CREATE INDEX notifications_by_time ON notifications (target, next_at)",
        ],
        [
            "CREATE TABLE checkpoints (series TEXT NOT NULL, slot BIGINT NOT NULL, at BIGINT NOT NULL, profile TEXT, state {bytes} NOT NULL, PRIMARY KEY (series, slot)) {state}",
            "CREATE INDEX alerts_by_device ON alerts (gateway, device)",
        ],
        ["{keep audit}"],
        ["{store as is}"],
        [
            "ALTER TABLE movements ADD COLUMN previous BIGINT",
            "UPDATE movements SET previous = o.previous, to_at = o.latest FROM (SELECT id, LAG(id) OVER chain AS previous, MAX(to_at) OVER chain AS latest FROM movements WINDOW chain AS (PARTITION BY series ORDER BY id)) AS o WHERE o.id = movements.id",
            "ALTER TABLE levels ADD COLUMN newest_facts BIGINT",
            "UPDATE levels SET newest_facts = (SELECT MAX(id) FROM movements WHERE series = levels.site || '/' || levels.sku)",
            "DROP INDEX movements_by_time",
        ],
        ["{compress quickly}"],
        // From here on movements are kept as runs, which an older program could not read. Alerts of stock have no gateway.
        ["DROP INDEX alerts_by_device", "CREATE INDEX alerts_by_device ON alerts (gateway, device) WHERE gateway IS NOT NULL"],
    ];

    /// <summary>Brings the schema up to date within the given transaction.</summary>
    /// <exception cref="InvalidOperationException">The schema is newer than this program.</exception>
    public static void Migrate(IStoreTransaction transaction, Dialect dialect)
    {
        transaction.Command("CREATE TABLE IF NOT EXISTS schema_version (version BIGINT PRIMARY KEY)").Run();
        var version = transaction.Command("SELECT COALESCE(MAX(version), 0) FROM schema_version").Rows(row => row.GetInt64(0))[0];
        if (version > Migrations.Length)
        {
            throw new InvalidOperationException(string.Create(
                CultureInfo.InvariantCulture,
                $"opening the database: its schema is version {version}, this program knows {Migrations.Length}; install the newer edge-cloud again"));
        }

        for (; version < Migrations.Length; version++)
        {
            transaction.Command(dialect.Write(string.Join(";\n", Migrations[version]))).Run();
            transaction.Command("INSERT INTO schema_version (version) VALUES (@version)").With("version", version + 1).Run();
        }
    }

    /// <summary>What SQLite and PostgreSQL write differently.</summary>
    public sealed record Dialect(string Id, string Bytes, string State, string KeepAudit, string StoreAsIs, string CompressQuickly)
    {
        public string Write(string statement) => statement
            .Replace("{id}", Id, StringComparison.Ordinal).Replace("{bytes}", Bytes, StringComparison.Ordinal)
            .Replace("{state}", State, StringComparison.Ordinal).Replace("{keep audit}", KeepAudit, StringComparison.Ordinal)
            .Replace("{store as is}", StoreAsIs, StringComparison.Ordinal).Replace("{compress quickly}", CompressQuickly, StringComparison.Ordinal);
    }
}

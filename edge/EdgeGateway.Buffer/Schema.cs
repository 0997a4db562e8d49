using System.Security.Cryptography;

namespace EdgeGateway.Buffer;

/// <summary>Layout of the file; DESIGN.md explains each table.</summary>
internal static class Schema
{
    public const int Version = 1;

    public const int PageBytes = 1024;

    /// <summary>"EGWB" in the file's header, so that another SQLite file is not taken for a buffer.</summary>
    public const int ApplicationId = 0x45475742;

    private const string Tables = """
        CREATE TABLE meta(
            id INTEGER PRIMARY KEY CHECK(id = 1),
            gateway TEXT NOT NULL,
            acknowledged INTEGER NOT NULL,
            last INTEGER NOT NULL,
            holes INTEGER NOT NULL);
        CREATE TABLE store(first INTEGER PRIMARY KEY, id TEXT NOT NULL, first_seq INTEGER NOT NULL);
        CREATE TABLE epoch(
            id INTEGER PRIMARY KEY, boot TEXT NOT NULL, offset_ms INTEGER NOT NULL, clock INTEGER NOT NULL);
        CREATE TABLE device(id INTEGER PRIMARY KEY, name TEXT NOT NULL);
        CREATE TABLE chunk(
            first INTEGER PRIMARY KEY,
            last INTEGER NOT NULL,
            count INTEGER NOT NULL,
            least INTEGER NOT NULL,
            crc INTEGER NOT NULL,
            data BLOB NOT NULL);
        """;

    /// <summary>Made when the first event is set aside: hardly any buffer ever has one.</summary>
    public const string RejectedTable = """
        CREATE TABLE IF NOT EXISTS rejected(
            position INTEGER PRIMARY KEY,
            store TEXT NOT NULL,
            seq INTEGER NOT NULL,
            family INTEGER NOT NULL,
            device TEXT NOT NULL,
            observed_ms INTEGER NOT NULL,
            clock INTEGER NOT NULL,
            reason TEXT NOT NULL,
            body BLOB NOT NULL)
        """;

    /// <summary>Made with the first note.</summary>
    public const string NoteTable = "CREATE TABLE IF NOT EXISTS note(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID";

    /// <summary>Makes an empty buffer whose events are numbered in a store of their own from a position on, in one transaction.</summary>
    public static void Create(Database database, string gateway, long firstPosition = 1)
    {
        // Page size and vacuum mode can only be chosen before the first page is written.
        database.Execute($"PRAGMA page_size = {PageBytes}; PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL");
        database.Execute("BEGIN IMMEDIATE;" + Tables);
        using (var meta = database.Prepare("INSERT INTO meta VALUES(1, ?, ?, ?, 0)"))
        {
            meta.Bind(1, gateway).Bind(2, firstPosition - 1).Bind(3, firstPosition - 1).Run();
        }

        AddStore(database, NewStoreId(), firstPosition, firstSeq: 1);
        database.Execute($"PRAGMA application_id = {ApplicationId}; PRAGMA user_version = {Version}; COMMIT");
    }

    public static void AddStore(Database database, string id, long first, long firstSeq)
    {
        using var store = database.Prepare("INSERT INTO store VALUES(?, ?, ?)");
        store.Bind(1, first).Bind(2, id).Bind(3, firstSeq).Run();
    }

    /// <summary>Checks that the file is a buffer of this gateway and of a version that this program knows.</summary>
    /// <exception cref="InvalidOperationException">It is not; the message says what the operator can do.</exception>
    public static void Check(Database database, string gateway)
    {
        if (Owner(database) is var owner && owner != gateway)
        {
            throw new InvalidOperationException(
                $"{database.Path} holds events of gateway {owner}, not of {gateway}; set gateway.id to {owner} until it is drained, or name another file in buffer.path");
        }
    }

    /// <summary>Gateway that a buffer belongs to.</summary>
    /// <exception cref="InvalidOperationException">The file is no buffer, or of a version that this program does not know.</exception>
    public static string Owner(Database database)
    {
        if (database.Scalar("PRAGMA application_id") != ApplicationId)
        {
            throw new InvalidOperationException(
                $"{database.Path} is an SQLite file but not a buffer; name another file in buffer.path or move this one away");
        }

        if (database.Scalar("PRAGMA user_version") is var version && version != Version)
        {
            throw new InvalidOperationException(
                $"{database.Path} has layout {version}, this program knows {Version}; run the program that wrote it until it is drained, or move it away");
        }

        return database.Text("SELECT gateway FROM meta")
            ?? throw new InvalidDataException($"{database.Path} does not say which gateway it belongs to");
    }

    public static string NewStoreId() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
}

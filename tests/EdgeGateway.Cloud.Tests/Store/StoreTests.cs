using EdgeGateway.Cloud.Store;
using EdgeGateway.Cloud.Tests.Views;
using EdgeGateway.Contracts;
using EdgeGateway.Cloud.Views;
using EdgeGateway.Testing;

namespace EdgeGateway.Cloud.Tests.Store;

/// <summary>The contract of <see cref="IStore"/>, kept by both databases.</summary>
[Collection(DatabaseCollection.Name)]
public sealed class StoreTests(Database databases)
{
    [Theory]
    [MemberData(nameof(Database.Both), MemberType = typeof(Database))]
    public async Task What_is_saved_is_loaded_again_and_replaced_by_its_key(string kind)
    {
        await using var store = await databases.NewStore(kind);
        Save(store, Mark("a", 1), Mark("b", 2));
        Save(store, Mark("b", 3), Mark("c", 4));
        Assert.Equal(["a 1", "b 3"], Load(store, "a", "b", "nobody"));
    }

    [Theory]
    [MemberData(nameof(Database.Both), MemberType = typeof(Database))]
    public async Task A_transaction_that_is_not_committed_leaves_no_trace(string kind)
    {
        await using var store = await databases.NewStore(kind);
        Save(store, Mark("a", 1));
        using (var transaction = store.Begin())
        {
            transaction.Save(MarkRow.Table, [Mark("a", 9), Mark("b", 9)]);
        }

        Assert.Equal(["a 1"], Load(store, "a", "b"));
    }

    [Theory]
    [MemberData(nameof(Database.Both), MemberType = typeof(Database))]
    public async Task Two_transactions_of_views_never_run_at_once(string kind)
    {
        await using var store = await databases.NewStore(kind);
        Save(store, Mark("a", 0));
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 20; i++)
            {
                using var transaction = store.Begin();
                MarkRow? mark = null;
                transaction.Load(MarkRow.Table, [Mark("a", 0).Key], row => mark = row);
                mark!.Seq++;
                transaction.Save(MarkRow.Table, [mark]);
                transaction.Commit();
            }
        })));
        Assert.Equal(["a 160"], Load(store, "a"));
    }

    [Theory]
    [MemberData(nameof(Database.Both), MemberType = typeof(Database))]
    public async Task Several_instances_may_migrate_at_once_and_again(string kind)
    {
        var database = await databases.New(kind);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            await using var store = Database.Open(database);
            store.Migrate();
            store.Migrate();
        })));
        await using var after = Database.Open(database);
        using var connection = after.OpenReader();
        Assert.Equal(
            Enumerable.Range(1, Schema.Version).Select(version => (long)version),
            connection.Command("SELECT version FROM schema_version ORDER BY version").Rows(row => row.GetInt64(0)));
    }

    [Theory]
    [MemberData(nameof(Database.Both), MemberType = typeof(Database))]
    public async Task A_database_of_the_first_version_is_upgraded_and_keeps_what_it_holds(string kind)
    {
        await using var store = await databases.NewStore(kind);
        var records = new Records();
        Feed.All(store, [records.Temperature(0, 9), .. Enumerable.Range(0, 4).Select(i => records.Movement(-i, MovementKind.Received, 1))], batchSize: 1);
        using (var transaction = store.BeginShort())
        {
            string[] triggers = kind == "sqlite"
                ? ["DROP TRIGGER audit_no_update", "DROP TRIGGER audit_no_delete"]
                : ["DROP TRIGGER audit_no_change ON audit", "DROP FUNCTION refuse_change"];
            foreach (var statement in (string[])[.. triggers, "DROP TABLE checkpoints", "DROP INDEX alerts_by_device",
                "ALTER TABLE movements DROP COLUMN previous", "UPDATE movements SET to_at = from_at", "ALTER TABLE levels DROP COLUMN newest_facts",
                "CREATE INDEX movements_by_time ON movements (series, to_at)", "DELETE FROM schema_version WHERE version > 1"])
            {
                transaction.Command(statement).Run();
            }

            transaction.Commit();
        }

        store.Migrate();
        var dump = ViewDump.Of(store);
        Assert.Contains(dump, line => line.StartsWith("readings|truck-1/probe-1", StringComparison.Ordinal));
        Assert.Contains(dump, line => line.StartsWith("audit|dallas/milk/low-stock", StringComparison.Ordinal));
        using var connection = store.OpenReader();
        Assert.Equal(["m-1"], MovementChain.Read(connection, new LevelKey("dallas", "milk"), Records.At(0).ToUnixTimeMilliseconds(), long.MaxValue).Select(fact => fact.Id));
        Assert.Equal(["m-1", "m-2", "m-3", "m-4"], MovementChain.Read(connection, new LevelKey("dallas", "milk"), long.MinValue, long.MaxValue).Select(fact => fact.Id));
    }

    [Theory]
    [MemberData(nameof(Database.Both), MemberType = typeof(Database))]
    public async Task What_is_in_the_audit_trail_can_be_neither_changed_nor_deleted(string kind)
    {
        await using var store = await databases.NewStore(kind);
        using (var transaction = store.BeginShort())
        {
            transaction.Append(AuditRow.Table, [new AuditRow("a", 1, "operator", "acknowledged", "open", "acknowledged", "ordered")]);
            transaction.Commit();
        }

        foreach (var change in new[] { "UPDATE audit SET by_whom = 'nobody'", "DELETE FROM audit" })
        {
            using var transaction = store.BeginShort();
            var e = Assert.ThrowsAny<System.Data.Common.DbException>(() => transaction.Command(change).Run());
            Assert.Contains("only appended to", e.Message, StringComparison.Ordinal);
        }

        using var connection = store.OpenReader();
        Assert.Equal("operator", connection.Command("SELECT by_whom FROM audit").Rows(row => row.GetString(0)).Single());
    }

    [Theory]
    [MemberData(nameof(Database.Both), MemberType = typeof(Database))]
    public async Task Rebuilt_views_take_over_while_another_instance_writes_and_nothing_it_wrote_is_lost(string kind)
    {
        var database = await databases.New(kind);
        await using var store = Database.Open(database);
        await using var running = Database.Open(database);
        store.Migrate();
        Save(store, Mark("a", 1));
        using var stop = new CancellationTokenSource();
        var written = 0;
        var writing = Task.Run(() =>
        {
            for (; !stop.IsCancellationRequested; Volatile.Write(ref written, written + 1))
            {
                using (var transaction = running.BeginShort())
                {
                    transaction.Append(AuditRow.Table, [new AuditRow($"{written}", 1, "operator", "acknowledged", "open", "acknowledged", null)]);
                    transaction.Commit();
                }

                Assert.Single(Load(running, "a"));
            }
        });
        for (var round = 2; round < 6; round++)
        {
            var shadow = store.MakeShadow();
            shadow.Migrate();
            Save(shadow, Mark("a", round));
            store.TakeOver(
                shadow,
                old => Assert.Equal(round - 1, old.Command("SELECT seq FROM marks").Rows(row => row.GetInt64(0)).Single()),
                taken => Assert.Equal(round, taken.Command("SELECT seq FROM marks").Rows(row => row.GetInt64(0)).Single()));
            await shadow.DisposeAsync();
            Assert.Equal([$"a {round}"], Load(running, "a"));
            var before = Volatile.Read(ref written);
            await Eventually.True(() => Volatile.Read(ref written) > before + 3, "it goes on writing");
        }

        stop.Cancel();
        await writing;
        using var connection = store.OpenReader();
        Assert.Equal(Enumerable.Range(0, written).Select(i => $"{i}"), connection.Command("SELECT alert FROM audit ORDER BY id").Rows(row => row.GetString(0)));
    }

    [Fact]
    public async Task PostgreSQLs_vacuum_stays_away_from_both_sets_of_tables_until_one_has_taken_over()
    {
        await using var store = await databases.NewStore("postgres");
        await using var connection = store.OpenReader();
        List<string> Guarded() => connection.Command(
            "SELECT c.relname FROM pg_locks l JOIN pg_class c ON c.oid = l.relation JOIN pg_namespace n ON n.oid = c.relnamespace "
            + "WHERE l.granted AND l.mode = 'ShareUpdateExclusiveLock' AND n.nspname = 'edge' ORDER BY 1").Rows(row => row.GetString(0));
        List<string> Unvacuumed() => connection.Command(
            "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
            + "WHERE c.reloptions::text LIKE '%autovacuum%' AND n.nspname IN ('edge', 'edge_rebuild') ORDER BY 1").Rows(row => row.GetString(0));
        var views = Schema.Views.Order(StringComparer.Ordinal).ToList();

        var shadow = store.MakeShadow();
        shadow.Migrate();
        await Eventually.True(() => Guarded().SequenceEqual(views), "the live tables are guarded");
        Assert.Equal(views, Unvacuumed());
        store.TakeOver(shadow, _ => { }, _ => { });
        Assert.Empty(Guarded());
        Assert.Empty(Unvacuumed());
        await shadow.DisposeAsync();

        // One that comes to nothing.
        var broken = store.MakeShadow();
        await Eventually.True(() => Guarded().SequenceEqual(views), "the live tables are guarded");
        await broken.DisposeAsync();
        await Eventually.True(() => Guarded().Count == 0, "nothing is left behind");
    }

    [Fact]
    public async Task Of_a_file_that_was_rebuilt_only_the_new_one_is_left_and_its_name_leads_there()
    {
        await using var store = (SqliteStore)await databases.NewStore("sqlite");
        for (var round = 0; round < 2; round++)
        {
            var shadow = store.MakeShadow();
            shadow.Migrate();
            store.TakeOver(shadow, _ => { }, _ => { });
            await shadow.DisposeAsync();
        }

        // One that comes to nothing, and meanwhile a second.
        var broken = store.MakeShadow();
        broken.Migrate();
        Assert.Contains("is being rebuilt already", Assert.Throws<IOException>(store.MakeShadow).Message, StringComparison.Ordinal);
        await broken.DisposeAsync();
        Assert.True(File.Exists(store.Path + ".3"));
        await store.MakeShadow().DisposeAsync();
        var name = Path.GetFileName(store.Path);
        Assert.Equal(name + ".2", File.ResolveLinkTarget(store.Path, returnFinalTarget: true)!.Name);
        Assert.Equal(
            [name, name + ".2", name + ".rebuilding"],
            Directory.GetFiles(Path.GetDirectoryName(store.Path)!, name + "*").Select(Path.GetFileName).Where(file => !file!.EndsWith("-wal") && !file.EndsWith("-shm")).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_link_to_another_disk_is_followed_and_stays_when_the_file_is_rebuilt()
    {
        using var elsewhere = new TempFolder();
        var name = (await databases.New("sqlite"))["sqlite:".Length..];
        File.CreateSymbolicLink(name, elsewhere["cloud.db"]);
        await using var store = new SqliteStore(name);
        store.Migrate();
        Save(store, Mark("a", 1));
        var shadow = store.MakeShadow();
        shadow.Migrate();
        Save(shadow, Mark("a", 2));
        store.TakeOver(shadow, _ => { }, _ => { });
        await shadow.DisposeAsync();
        Assert.Equal(["a 2"], Load(store, "a"));
        Assert.Equal(elsewhere["cloud.db"], new FileInfo(name).LinkTarget);
        Assert.Equal("cloud.db.1", new FileInfo(elsewhere["cloud.db"]).LinkTarget);
    }

    [Theory]
    [MemberData(nameof(Database.Both), MemberType = typeof(Database))]
    public async Task Every_table_is_either_rebuilt_or_kept(string kind)
    {
        await using var store = await databases.NewStore(kind);
        using var connection = store.OpenReader();
        var tables = connection.Command(kind == "sqlite" ? "SELECT name FROM sqlite_master WHERE type = 'table'" : "SELECT tablename FROM pg_tables WHERE schemaname = 'edge'").Rows(row => row.GetString(0));
        Assert.Equal(tables.Order(StringComparer.Ordinal), Schema.Views.Concat(Schema.Kept).Append("schema_version").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_log_of_a_file_is_moved_into_it_beside_who_writes_and_stays_bounded_however_fast_he_is()
    {
        const long mega = 1024 * 1024;
        await using var store = (SqliteStore)await databases.NewStore("sqlite");
        Write(72);
        await Eventually.True(() => new FileInfo(store.Path).Length > 64 * mega, "the log has been moved into the file");
        Write(300);
        Assert.InRange(new FileInfo(store.Path + "-wal").Length, 1, 280 * mega);

        void Write(int megas)
        {
            for (var i = 0; i < megas / 4; i++)
            {
                using var transaction = store.Begin();
                transaction.Append(ChunkRow.Readings, [new ChunkRow("s", i, i, new byte[4 * mega])]);
                transaction.Commit();
            }
        }
    }

    [Theory]
    [MemberData(nameof(Database.Both), MemberType = typeof(Database))]
    public async Task A_database_of_a_newer_program_is_refused(string kind)
    {
        await using var store = await databases.NewStore(kind);
        using (var transaction = store.BeginShort())
        {
            transaction.Command("INSERT INTO schema_version (version) VALUES (999)").Run();
            transaction.Commit();
        }

        Assert.Contains("install the newer", Assert.Throws<InvalidOperationException>(store.Migrate).Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Database.Both), MemberType = typeof(Database))]
    public async Task Only_one_instance_has_the_lease(string kind)
    {
        var database = await databases.New(kind);
        await using var one = Database.Open(database);
        await using var other = Database.Open(database);
        one.Migrate();
        using (var lease = one.TryLease())
        {
            Assert.NotNull(lease);
            Assert.True(lease.IsHeld());
            Assert.Null(other.TryLease());
        }

        // PostgreSQL gives it back when it notices that the connection is gone.
        using var next = await Eventually.Value(() => Task.FromResult(other.TryLease()), "the other instance has the lease");
    }

    private static MarkRow Mark(string gateway, long seq) => new(gateway, "s", "t", 3, seq);

    private static void Save(IStore store, params MarkRow[] marks)
    {
        using var transaction = store.Begin();
        transaction.Save(MarkRow.Table, marks);
        transaction.Commit();
    }

    private static IEnumerable<string> Load(IStore store, params string[] gateways)
    {
        using var transaction = store.Begin();
        var found = new List<string>();
        transaction.Load(MarkRow.Table, [.. gateways.Select(gateway => Mark(gateway, 0).Key)], row => found.Add($"{row.Key.Gateway} {row.Seq}"));
        return found.Order(StringComparer.Ordinal);
    }
}

using System.Collections;
using EdgeGateway.Cloud.Store;
using EdgeGateway.Contracts;

namespace EdgeGateway.Cloud.Tests.Store;

/// <summary>Whatever rows hold, and however many there are, both databases give back what was written.</summary>
[Collection(DatabaseCollection.Name)]
public sealed class StoredRowsTests(Database databases)
{
    [Theory]
    [MemberData(nameof(Database.Both), MemberType = typeof(Database))]
    public async Task Nulls_empty_bytes_and_every_character_survive(string kind)
    {
        await using var store = await databases.NewStore(kind);
        var item = new ItemRow("urn:epc:id:sgtin:Ünïcode 'quoted' \"☃\" \\\"{a,NULL}\\") { Hex = "AB", Sscc = null, Site = "", ObservedAt = long.MinValue };
        using (var transaction = store.Begin())
        {
            transaction.Save(ItemRow.Table, [item]);
            transaction.Append(ChunkRow.Readings, [new ChunkRow("s", 1, 2, ReadOnlyMemory<byte>.Empty), new ChunkRow("s", 3, 4, new byte[] { 0, 255 })]);
            transaction.Commit();
        }

        using var again = store.Begin();
        var (items, chunks) = (new List<ItemRow>(), new List<ChunkRow>());
        again.Load(ItemRow.Table, ["", "NULL", item.Epc, "{}"], items.Add);
        again.Load(ChunkRow.Readings, ["s"], chunks.Add);
        var loaded = Assert.Single(items);
        Assert.Null(loaded.Sscc);
        Assert.Equal(("", long.MinValue), (loaded.Site, loaded.ObservedAt));
        Assert.Equal([0, 2], chunks.Select(chunk => chunk.Chunk.Length).Order());
    }

    [Theory]
    [MemberData(nameof(Database.Both), MemberType = typeof(Database))]
    public async Task Values_of_every_length_survive_beside_each_other(string kind)
    {
        await using var store = await databases.NewStore(kind);
        int[] lengths = [0, 1, 8_191, 8_192, 8_193, 70_000, 3, 1_000_000, 2];
        var notes = lengths.Select(length => new string('é', length)).ToList();
        var chunks = lengths.Select(length => Enumerable.Range(0, length).Select(b => (byte)b).ToArray()).ToList();
        using (var transaction = store.Begin())
        {
            transaction.Append(AuditRow.Table, notes.Select((note, i) => new AuditRow("a", i, "b", "c", null, "d", note)).ToList());
            transaction.Append(ChunkRow.Positions, chunks.Select((chunk, i) => new ChunkRow("s", i, -i, chunk)).ToList());
            transaction.Commit();
        }

        using var again = store.Begin();
        Assert.Equal(notes, again.Command("SELECT note FROM audit ORDER BY id").Rows(row => row.GetString(0)));
        Assert.Equal(chunks, again.Command("SELECT chunk FROM positions ORDER BY id").Rows(row => row.GetFieldValue<byte[]>(0)));
    }

    [Theory]
    [MemberData(nameof(Database.Both), MemberType = typeof(Database))]
    public async Task However_many_rows_are_added_replaced_or_saved_they_are_read_as_they_were(string kind)
    {
        await using var store = await databases.NewStore(kind);
        foreach (var count in (int[])[1, 2, 100, 101, 1_000])
        {
            var alerts = Enumerable.Range(0, count).Select(i => new Alert
            {
                Id = $"{count}/{i} 'é' \"☃\" \\{{,}}",
                Kind = "excursion",
                Severity = Severities.Warning,
                State = "open",
                Gateway = i % 2 == 0 ? null : "NULL",
                Rule = "",
                OpenedAt = DateTimeOffset.FromUnixTimeMilliseconds(i),
                DetectedAt = DateTimeOffset.FromUnixTimeMilliseconds(i + 1),
                PeakCelsius = i % 3 == 0 ? null : -273.15 + (i / 3.0),
                MktCelsius = i % 2 == 0 ? double.Epsilon : double.MaxValue,
            }).ToList();
            Write(transaction => transaction.Append(AlertRow.Table, alerts));
            Assert.Equal(alerts, Read(alerts));

            var resolved = alerts.ConvertAll(alert => alert with { State = "resolved", ResolvedAt = alert.DetectedAt, PeakCelsius = null, Note = "{\"a\", NULL}\n" });
            Write(transaction => transaction.Update(AlertRow.Table, resolved));
            Assert.Equal(resolved, Read(alerts));

            var more = resolved.ConvertAll(alert => alert with { Late = true }).Append(alerts[0] with { Id = $"{count} more" }).ToList();
            Write(transaction => transaction.Save(AlertRow.Table, more));
            Assert.Equal(more, Read(more));
        }

        void Write(Action<IStoreTransaction> write)
        {
            using var transaction = store.Begin();
            write(transaction);
            transaction.Commit();
        }

        List<Alert> Read(List<Alert> wanted)
        {
            var found = new Dictionary<string, Alert>();
            using var transaction = store.Begin();
            transaction.Load(AlertRow.Table, [.. wanted.Select(alert => alert.Id)], alert => found.Add(alert.Id, alert));
            return wanted.ConvertAll(alert => found[alert.Id]);
        }
    }

    [Theory]
    [MemberData(nameof(Database.Both), MemberType = typeof(Database))]
    public async Task Bytes_of_every_length_are_saved_with_a_row_and_replaced(string kind)
    {
        await using var store = await databases.NewStore(kind);
        foreach (var length in (int[])[0, 1, 255, 20_000, 50_000, 1_000_000])
        {
            for (var round = 0; round < 2; round++)
            {
                var state = Enumerable.Range(round, length).Select(b => (byte)b).ToArray();
                using (var transaction = store.Begin())
                {
                    transaction.Save(CheckpointRow.Table, [new CheckpointRow("a", 0, null, state), new CheckpointRow("b", 0, "chilled", state)]);
                    transaction.Commit();
                }

                using var again = store.Begin();
                var found = new List<CheckpointRow>();
                again.Load(CheckpointRow.Table, [("a", 0), ("b", 0)], found.Add);
                Assert.Equal([state, state], found.Select(row => row.State));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Database.Both), MemberType = typeof(Database))]
    public async Task A_row_that_cannot_be_had_fails_its_transaction_and_nothing_else(string kind)
    {
        await using var store = await databases.NewStore(kind);
        using (var transaction = store.Begin())
        {
            Assert.Throws<InvalidDataException>(() => transaction.Append(ChunkRow.Positions, new Unreadable()));
        }

        using var again = store.Begin();
        Assert.Equal(0, again.Command("SELECT COUNT(*) FROM positions").Rows(row => row.GetInt64(0))[0]);
    }

    private sealed class Unreadable : IReadOnlyCollection<ChunkRow>
    {
        public int Count => 2;

        public IEnumerator<ChunkRow> GetEnumerator()
        {
            yield return new ChunkRow("s", 1, 2, new byte[100_000]);
            throw new InvalidDataException("the second cannot be had");
        }

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}

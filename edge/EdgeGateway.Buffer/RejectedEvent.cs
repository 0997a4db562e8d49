using EdgeGateway.Contracts;

namespace EdgeGateway.Buffer;

/// <summary>An event that Kafka refuses for good, as it is kept for a person: a row of the table <c>rejected</c>.</summary>
internal sealed record RejectedEvent(
    long Position, string Store, long Seq, EventFamily Family, string Device,
    DateTimeOffset ObservedAt, ClockQuality Clock, string Reason, ReadOnlyMemory<byte> Body)
{
    private const string Columns = "position, store, seq, family, device, observed_ms, clock, reason, body";

    public const string Select = $"SELECT {Columns} FROM rejected ORDER BY position";

    /// <summary>The row that <see cref="Select"/> stands at.</summary>
    public static RejectedEvent Read(Statement row) => new(
        row.Int64(0), row.Text(1), row.Int64(2), (EventFamily)row.Int64(3), row.Text(4),
        DateTimeOffset.FromUnixTimeMilliseconds(row.Int64(5)), (ClockQuality)row.Int64(6), row.Text(7), row.Blob(8).ToArray());

    /// <summary>Adds the row; false when it is there already.</summary>
    public bool AddTo(Database database)
    {
        using var add = database.Prepare($"INSERT OR IGNORE INTO rejected({Columns}) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)");
        add.Bind(1, Position).Bind(2, Store).Bind(3, Seq).Bind(4, (long)Family).Bind(5, Device)
            .Bind(6, ObservedAt.ToUnixTimeMilliseconds()).Bind(7, (long)Clock).Bind(8, Reason).Bind(9, Body.Span)
            .Run();
        return database.Changes > 0;
    }
}

namespace EdgeGateway.Cloud.Store;

/// <summary>How far a partition is folded into the views. Times in Unix milliseconds.</summary>
/// <param name="Topic">With the partition the key.</param>
/// <param name="Partition">Number of the partition.</param>
/// <param name="NextOffset">Where to go on.</param>
/// <param name="HighOffset">End of the log when last seen.</param>
/// <param name="CaughtUpAt">When its end was last reached; 0 before.</param>
/// <param name="RecordAt">Timestamp of the last record folded; 0 before the first.</param>
public sealed record ConsumedRow(string Topic, int Partition, long NextOffset, long HighOffset, long CaughtUpAt, long RecordAt)
{
    public static readonly Table<(string Topic, int Partition), ConsumedRow> Table = new(
        "consumed", ["topic", "part", "next_offset", "high_offset", "caught_up_at", "record_at"], 2,
        (key, to) =>
        {
            to.Text(key.Topic);
            to.Integer(key.Partition);
        },
        (row, to) =>
        {
            to.Text(row.Topic);
            to.Integer(row.Partition);
            to.Integer(row.NextOffset);
            to.Integer(row.HighOffset);
            to.Integer(row.CaughtUpAt);
            to.Integer(row.RecordAt);
        },
        from => new ConsumedRow(from.Text(), (int)from.Integer(), from.Integer(), from.Integer(), from.Integer(), from.Integer()));
}

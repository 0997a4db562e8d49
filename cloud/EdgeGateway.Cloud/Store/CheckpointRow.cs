namespace EdgeGateway.Cloud.Store;

/// <summary>
/// What a probe's rules remembered as a day began, so that a late reading can be judged in its place without going through
/// all of the probe's life. A probe has <see cref="Slots"/> of them; the day says which one is overwritten.
/// </summary>
/// <param name="Series">The probe, as <c>gateway/device</c>.</param>
/// <param name="At">Begin of the day (UTC), Unix milliseconds: every reading before is in the state, none from there on.</param>
/// <param name="Profile">Profile of the readings before.</param>
/// <param name="State">As <see cref="Contracts.ExcursionState.Write"/> wrote it.</param>
public sealed record CheckpointRow(string Series, long At, string? Profile, byte[] State)
{
    /// <summary>A day more than <see cref="Views.LateReadings.MaxLateness"/> touches.</summary>
    public const int Slots = 9;

    public const long DayMilliseconds = 24 * 60 * 60 * 1000;

    private static readonly string[] Columns = ["series", "slot", "at", "profile", "state"];

    public static readonly Table<(string Series, long Slot), CheckpointRow> Table = new(
        "checkpoints", Columns, 2,
        (key, to) =>
        {
            to.Text(key.Series);
            to.Integer(key.Slot);
        },
        Write, Read);

    /// <summary>All of a probe at once.</summary>
    public static readonly Table<string, CheckpointRow> OfSeries = new("checkpoints", Columns, 1, (key, to) => to.Text(key), Write, Read);

    public long Slot => At / DayMilliseconds % Slots;

    private static void Write(CheckpointRow row, IRowWriter to)
    {
        to.Text(row.Series);
        to.Integer(row.Slot);
        to.Integer(row.At);
        to.Text(row.Profile);
        to.Bytes(row.State);
    }

    private static CheckpointRow Read(IRowReader from)
    {
        var series = from.Text();
        from.Integer();
        return new CheckpointRow(series, from.Integer(), from.TextOrNull(), from.Bytes());
    }
}

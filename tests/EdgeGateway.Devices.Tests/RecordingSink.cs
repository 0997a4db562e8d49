namespace EdgeGateway.Devices.Tests;

/// <summary>Keeps what a driver hands over, in order.</summary>
public sealed class RecordingSink : IReadingSink
{
    private readonly Lock gate = new();
    private readonly List<Reading> readings = [];
    private readonly List<(string Device, DeviceCondition Condition, string? Detail)> reports = [];
    private readonly List<string> refusals = [];

    /// <summary>How many of the next readings to fail, as a buffer does that cannot commit.</summary>
    public int FailNext { get; set; }

    public IReadOnlyList<Reading> Readings => Copy(readings);

    public IReadOnlyList<(DeviceCondition Condition, string? Detail)> Reports => [.. Reported.Select(report => (report.Condition, report.Detail))];

    public IReadOnlyList<(string Device, DeviceCondition Condition, string? Detail)> Reported => Copy(reports);

    public IReadOnlyList<string> Refusals => Copy(refusals);

    public DeviceCondition Condition => Reports.Count == 0 ? DeviceCondition.Unknown : Reports[^1].Condition;

    public string? Detail => Reports.Count == 0 ? null : Reports[^1].Detail;

    public IReadOnlyList<T> Of<T>()
        where T : Reading => [.. Readings.OfType<T>()];

    public Task Accept(Reading reading)
    {
        lock (gate)
        {
            if (FailNext > 0)
            {
                FailNext--;
                return Task.FromException(new IOException("disk full"));
            }

            readings.Add(reading);
            return Task.CompletedTask;
        }
    }

    public void Refuse(string device, string reason, ReadOnlySpan<byte> payload)
    {
        lock (gate)
        {
            refusals.Add(reason);
        }
    }

    public void Report(string device, DeviceCondition condition, string? detail = null)
    {
        lock (gate)
        {
            reports.Add((device, condition, detail));
        }
    }

    private List<T> Copy<T>(List<T> list)
    {
        lock (gate)
        {
            return [.. list];
        }
    }
}

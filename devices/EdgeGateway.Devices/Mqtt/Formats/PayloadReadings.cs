namespace EdgeGateway.Devices.Mqtt.Formats;

/// <summary>What one payload held; used again for each message.</summary>
internal sealed class PayloadReadings
{
    /// <summary>Readings one payload may hold: more than any reader batches, few enough to stay bounded.</summary>
    public const int Max = 10_000;

    private readonly List<Reading> readings = [];

    public int Count => readings.Count;

    /// <summary>Why the payload, or a part of it, is no reading.</summary>
    public string? Refusal { get; private set; }

    /// <summary>Why the source says that the device is gone.</summary>
    public string? Death { get; set; }

    /// <summary>The last reading that says how its device is now; null when there is none.</summary>
    public Reading? Present => readings.FindLast(static reading => !reading.IsStored);

    public Reading this[int index] => readings[index];

    public void Add(Reading reading)
    {
        if (readings.Count < Max)
        {
            readings.Add(reading);
        }
        else
        {
            Refuse($"more than {Max} readings in one payload");
        }
    }

    /// <summary>Marks a reading as one that its source had kept.</summary>
    public void MarkStored(int index) => readings[index] = readings[index] with { IsStored = true };

    /// <summary>Keeps the first reason; what is good in the same payload is still taken.</summary>
    public void Refuse(string reason) => Refusal ??= reason;

    public void Clear()
    {
        readings.Clear();
        Refusal = null;
        Death = null;
    }
}

using EdgeGateway.Contracts;

namespace EdgeGateway.Cloud.Views;

/// <summary>How the readings of a probe are kept in its chunks: all that a rule looks at, so that they can be judged again.</summary>
public static class ReadingSeries
{
    private const byte HasCelsius = 1;
    private const byte HasFault = 2;
    private const byte HasHumidity = 4;
    private const byte HasDoor = 8;
    private const byte HasProfile = 16;

    public static string KeyOf(string gateway, string device) => gateway + "/" + device;

    public static void Write(SeriesChunk chunk, TemperatureEvent e)
    {
        var isOtherProfile = e.Profile is not null && e.Profile != chunk.Profile;
        var to = chunk.Start(e.ObservedAt.ToUnixTimeMilliseconds());
        to.WriteByte((byte)((e.Celsius is null ? 0 : HasCelsius) | (e.Fault is null ? 0 : HasFault) | (e.Humidity is null ? 0 : HasHumidity)
            | (e.DoorOpenSince is null ? 0 : HasDoor) | (isOtherProfile ? HasProfile : 0)));
        if (e.Celsius is { } celsius)
        {
            to.Write(celsius);
        }

        if (e.Fault is { } fault)
        {
            to.WriteText(fault);
        }

        if (e.Humidity is { } humidity)
        {
            to.Write(humidity);
        }

        if (e.DoorOpenSince is { } since)
        {
            to.Write(since.ToUnixTimeMilliseconds());
        }

        if (isOtherProfile)
        {
            to.WriteText(e.Profile!);
            chunk.Profile = e.Profile;
        }
    }

    public static IEnumerable<StoredReading> Read(byte[] chunk)
    {
        using var reader = new BinaryReader(new MemoryStream(chunk));
        string? profile = null;
        while (reader.BaseStream.Position < chunk.Length)
        {
            var at = reader.ReadInt64();
            var has = reader.ReadByte();
            var reading = new StoredReading(
                at,
                (has & HasCelsius) != 0 ? reader.ReadDouble() : null,
                (has & HasFault) != 0 ? reader.ReadString() : null,
                (has & HasHumidity) != 0 ? reader.ReadDouble() : null,
                (has & HasDoor) != 0 ? reader.ReadInt64() : null,
                null);
            profile = (has & HasProfile) != 0 ? reader.ReadString() : profile;
            yield return reading with { Profile = profile };
        }
    }
}

/// <summary>A reading as kept. Times are event times in Unix milliseconds; no profile stands for that of the reading before.</summary>
public readonly record struct StoredReading(long At, double? Celsius, string? Fault, double? Humidity, long? DoorOpenSince, string? Profile);

using EdgeGateway.Contracts;

namespace EdgeGateway.Cloud.Views;

/// <summary>How the readings of a probe are kept in its chunks.</summary>
public static class ReadingSeries
{
    private const byte HasCelsius = 1;
    private const byte HasFault = 2;
    private const byte HasHumidity = 4;

    public static string KeyOf(string gateway, string device) => gateway + "/" + device;

    public static void Write(BinaryWriter to, TemperatureEvent e)
    {
        to.Write((byte)((e.Celsius is null ? 0 : HasCelsius) | (e.Fault is null ? 0 : HasFault) | (e.Humidity is null ? 0 : HasHumidity)));
        if (e.Celsius is { } celsius)
        {
            to.Write(celsius);
        }

        if (e.Fault is { } fault)
        {
            to.Write(fault);
        }

        if (e.Humidity is { } humidity)
        {
            to.Write(humidity);
        }
    }

    public static IEnumerable<StoredReading> Read(byte[] chunk)
    {
        using var reader = new BinaryReader(new MemoryStream(chunk));
        while (reader.BaseStream.Position < chunk.Length)
        {
            var at = reader.ReadInt64();
            var has = reader.ReadByte();
            yield return new StoredReading(
                at,
                (has & HasCelsius) != 0 ? reader.ReadDouble() : null,
                (has & HasFault) != 0 ? reader.ReadString() : null,
                (has & HasHumidity) != 0 ? reader.ReadDouble() : null);
        }
    }
}

/// <summary>A reading as kept for the chart. <paramref name="At"/> is event time in Unix milliseconds.</summary>
public readonly record struct StoredReading(long At, double? Celsius, string? Fault, double? Humidity);

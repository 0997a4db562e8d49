using EdgeGateway.Contracts;

namespace EdgeGateway.Cloud.Views;

/// <summary>How the positions of a gateway are kept in its chunks.</summary>
public static class PositionSeries
{
    public static void Write(ChunkBuffer to, PositionEvent e)
    {
        to.Write(e.Latitude);
        to.Write(e.Longitude);
        to.Write(e.SpeedMetresPerSecond ?? double.NaN);
    }

    public static IEnumerable<StoredPosition> Read(byte[] chunk)
    {
        using var reader = new BinaryReader(new MemoryStream(chunk));
        while (reader.BaseStream.Position < chunk.Length)
        {
            yield return new StoredPosition(reader.ReadInt64(), reader.ReadDouble(), reader.ReadDouble(), reader.ReadDouble());
        }
    }
}

/// <summary>A position as kept: event time in Unix milliseconds, degrees, m/s (not a number when unknown).</summary>
public readonly record struct StoredPosition(long At, double Latitude, double Longitude, double SpeedMetresPerSecond);

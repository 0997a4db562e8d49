using System.Buffers.Binary;

namespace EdgeGateway.Devices.Llrp;

/// <summary>Times of LLRP: microseconds since 1970, unsigned.</summary>
internal static class LlrpTime
{
    private static readonly ulong Latest = (ulong)(DateTimeOffset.MaxValue - DateTimeOffset.UnixEpoch).TotalMicroseconds;

    /// <exception cref="FormatException">Not 8 bytes, or beyond the year 9999.</exception>
    public static DateTimeOffset FromMicroseconds(ReadOnlySpan<byte> value)
    {
        if (value.Length != sizeof(ulong))
        {
            throw new FormatException($"a time of {value.Length} bytes");
        }

        var microseconds = BinaryPrimitives.ReadUInt64BigEndian(value);
        return microseconds <= Latest
            ? DateTimeOffset.UnixEpoch.AddMicroseconds(microseconds)
            : throw new FormatException($"the time {microseconds} µs is beyond the year 9999");
    }
}

using System.Numerics;
using System.Runtime.InteropServices;

namespace EdgeGateway.Buffer;

/// <summary>CRC-32C of a chunk, because SQLite does not notice a flipped bit within a value.</summary>
internal static class Checksum
{
    public static uint Of(long first, long last, ReadOnlySpan<byte> data)
    {
        var crc = BitOperations.Crc32C(BitOperations.Crc32C(~0u, (ulong)first), (ulong)last);
        var words = MemoryMarshal.Cast<byte, ulong>(data);
        foreach (var word in words)
        {
            crc = BitOperations.Crc32C(crc, word);
        }

        foreach (var rest in data[(words.Length * sizeof(ulong))..])
        {
            crc = BitOperations.Crc32C(crc, rest);
        }

        return ~crc;
    }
}

using System.Numerics;
using System.Runtime.InteropServices;

namespace EdgeGateway.Buffer;

/// <summary>CRC-32C of a row, because SQLite does not notice a flipped bit within a value.</summary>
internal static class RowChecksum
{
    public static uint Of(long position, long at, ReadOnlySpan<byte> body)
    {
        var crc = BitOperations.Crc32C(BitOperations.Crc32C(~0u, (ulong)position), (ulong)at);
        var words = MemoryMarshal.Cast<byte, ulong>(body);
        foreach (var word in words)
        {
            crc = BitOperations.Crc32C(crc, word);
        }

        foreach (var rest in body[(words.Length * sizeof(ulong))..])
        {
            crc = BitOperations.Crc32C(crc, rest);
        }

        return ~crc;
    }
}

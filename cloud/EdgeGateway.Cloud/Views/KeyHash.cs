using System.Numerics;
using System.Runtime.InteropServices;

namespace EdgeGateway.Cloud.Views;

/// <summary>A 64-bit hash of texts, the same on every machine and for ever, because it is stored.</summary>
public static class KeyHash
{
    /// <summary>Hash of what <paramref name="seed"/> stands for, and of this text behind it.</summary>
    public static ulong Add(ulong seed, ReadOnlySpan<byte> text)
    {
        var hash = seed ^ ((ulong)text.Length * 0x9E3779B97F4A7C15);
        for (; text.Length >= sizeof(ulong); text = text[sizeof(ulong)..])
        {
            hash = Scramble(hash ^ MemoryMarshal.Read<ulong>(text));
        }

        var last = 0UL;
        foreach (var b in text)
        {
            last = (last << 8) | b;
        }

        return Scramble(hash ^ last);
    }

    private static ulong Scramble(ulong value)
    {
        value *= 0xFF51AFD7ED558CCD;
        value = BitOperations.RotateLeft(value, 29) ^ (value >> 33);
        return value * 0xC4CEB9FE1A85EC53;
    }
}

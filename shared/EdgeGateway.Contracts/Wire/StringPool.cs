using System.Text;

namespace EdgeGateway.Contracts;

/// <summary>The last strings of a thread by their bytes, so that names that recur are not allocated for each record.</summary>
internal static class StringPool
{
    private const int Slots = 4096;
    private const int LongestPooled = 64;

    [ThreadStatic]
    private static string?[]? _slots;

    public static string Get(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length > LongestPooled)
        {
            return Encoding.UTF8.GetString(utf8);
        }

        var slots = _slots ??= new string?[Slots];
        ref var slot = ref slots[Hash(utf8) % Slots];
        if (slot is not null && Ascii.Equals(utf8, slot))
        {
            return slot;
        }

        return slot = Encoding.UTF8.GetString(utf8);
    }

    private static uint Hash(ReadOnlySpan<byte> bytes)
    {
        // FNV-1a: short names, and a collision only costs an allocation.
        var hash = 2166136261u;
        foreach (var b in bytes)
        {
            hash = (hash ^ b) * 16777619u;
        }

        return hash ^ (hash >> 15);
    }
}

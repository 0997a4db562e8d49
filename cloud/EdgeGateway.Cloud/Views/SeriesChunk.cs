namespace EdgeGateway.Cloud.Views;

/// <summary>Entries that one batch adds to one series. Its memory is used again.</summary>
public sealed class SeriesChunk
{
    private const int FirstBytes = 256;
    private const int MaxSpareBytes = 4096;

    private readonly ChunkBuffer bytes = new(FirstBytes);

    /// <summary>Event time of the earliest entry, Unix milliseconds.</summary>
    public long FromAt { get; private set; } = long.MaxValue;

    /// <summary>Event time of the latest entry, Unix milliseconds.</summary>
    public long ToAt { get; private set; } = long.MinValue;

    /// <summary>What the last entry was judged by, where that is written only when it changes; null at the begin.</summary>
    public string? Profile { get; set; }

    public ReadOnlyMemory<byte> Bytes => bytes.Memory;

    /// <summary>Where the next entry goes; it begins with its time, which is written here.</summary>
    public ChunkBuffer Start(long at)
    {
        FromAt = Math.Min(FromAt, at);
        ToAt = Math.Max(ToAt, at);
        bytes.Write(at);
        return bytes;
    }

    /// <summary>Empties it; false when it has grown too large to keep.</summary>
    public bool Reset()
    {
        bytes.Clear();
        (FromAt, ToAt, Profile) = (long.MaxValue, long.MinValue, null);
        return bytes.Capacity <= MaxSpareBytes;
    }
}

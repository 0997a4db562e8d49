namespace EdgeGateway.Cloud.Views;

/// <summary>Entries that one batch adds to one series. Its memory is used again.</summary>
public sealed class SeriesChunk
{
    private const int MaxSpareBytes = 4096;

    private readonly MemoryStream bytes = new(256);
    private readonly BinaryWriter writer;

    public SeriesChunk() => writer = new BinaryWriter(bytes);

    /// <summary>Event time of the earliest entry, Unix milliseconds.</summary>
    public long FromAt { get; private set; } = long.MaxValue;

    /// <summary>Event time of the latest entry, Unix milliseconds.</summary>
    public long ToAt { get; private set; } = long.MinValue;

    /// <summary>What the last entry was judged by, where that is written only when it changes; null at the begin.</summary>
    public string? Profile { get; set; }

    public ReadOnlyMemory<byte> Bytes => bytes.GetBuffer().AsMemory(0, (int)bytes.Length);

    /// <summary>Where the next entry goes; it begins with its time, which is written here.</summary>
    public BinaryWriter Start(long at)
    {
        FromAt = Math.Min(FromAt, at);
        ToAt = Math.Max(ToAt, at);
        writer.Write(at);
        return writer;
    }

    /// <summary>Empties it; false when it has grown too large to keep.</summary>
    public bool Reset()
    {
        bytes.SetLength(0);
        (FromAt, ToAt, Profile) = (long.MaxValue, long.MinValue, null);
        return bytes.Capacity <= MaxSpareBytes;
    }
}

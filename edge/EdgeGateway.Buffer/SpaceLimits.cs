namespace EdgeGateway.Buffer;

/// <summary>
/// How far the files may grow. Every transaction is estimated from above before it starts; what might not fit is
/// not started, so that the limits hold to the byte.
/// </summary>
internal sealed class SpaceLimits
{
    /// <summary>A frame of the write-ahead log is a page and this.</summary>
    private const int FrameHeaderBytes = 24;
    private const int LogHeaderBytes = 32;

    /// <summary>The log's index: one block for up to 4062 frames, and one to spare.</summary>
    private const int SharedMemoryBytes = 64 << 10;

    /// <summary>Pages left for the transactions that make room: the ledger entries of what is given up, an event that is set aside.</summary>
    public const int HeadroomPages = 128;

    /// <summary>Pages beside the data that a transaction may touch: b-trees, free list, pointer map, deletions.</summary>
    private const int OverheadPages = 256;

    private readonly BufferOptions options;
    private readonly DriveInfo drive;
    private readonly long logLimitBytes;

    public SpaceLimits(BufferOptions options)
    {
        this.options = options;
        drive = new DriveInfo(Path.GetDirectoryName(Path.GetFullPath(options.Path))!);
        logLimitBytes = Math.Clamp(options.MaxBytes / 4, 1 << 20, 4 << 20);
        MaxPages = (options.MaxBytes - logLimitBytes - SharedMemoryBytes) / Schema.PageBytes;
        TransactionBytes = (int)(logLimitBytes / 8);
    }

    /// <summary>Pages the database may have however empty the disk is.</summary>
    public long MaxPages { get; }

    /// <summary>Bodies that one transaction appends, about.</summary>
    public int TransactionBytes { get; }

    /// <summary>From above, the pages that a transaction writes.</summary>
    public static int PagesFor(int bytes, int count) =>
        ((bytes + (count * ChunkEncoder.LongestHead)) / (Schema.PageBytes - 64)) + OverheadPages;

    /// <summary>What the disk leaves to the log and the database right now.</summary>
    public Room Measure(long databasePages, long freePages)
    {
        var log = new FileInfo(options.Path + "-wal");
        var logBytes = log.Exists ? log.Length : 0;
        var disk = Math.Max(0, drive.AvailableFreeSpace - options.ReserveBytes);
        var logMayReach = Math.Min(logLimitBytes, logBytes + disk);
        var growth = Math.Min(MaxPages - databasePages, (disk - (logMayReach - logBytes)) / Schema.PageBytes);
        return new Room(
            (int)((logMayReach - LogHeaderBytes) / (Schema.PageBytes + FrameHeaderBytes)),
            freePages + Math.Max(0, growth) - HeadroomPages,
            growth < MaxPages - databasePages);
    }
}

/// <summary>Space at one moment.</summary>
/// <param name="LogPages">Frames the write-ahead log may hold in all.</param>
/// <param name="DataPages">Pages that appending may use up.</param>
/// <param name="DiskIsShort">True when it is the disk and not <see cref="BufferOptions.MaxBytes"/> that limits.</param>
internal readonly record struct Room(int LogPages, long DataPages, bool DiskIsShort);

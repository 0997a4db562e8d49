namespace EdgeGateway.Buffer;

/// <summary>The files a buffer consists of, and how one is put in another's place so that a crash in between does no harm.</summary>
internal static class BufferFiles
{
    /// <summary>errno of a lock that another process holds.</summary>
    private const int WouldBlock = 11;

    public static long Bytes(string path) => Length(path) + Length(path + "-wal") + Length(path + "-shm");

    /// <summary>Two processes on one buffer would number different events alike.</summary>
    /// <exception cref="InvalidOperationException">Another process has it.</exception>
    /// <exception cref="IOException">The folder cannot be made or written.</exception>
    public static FileStream Lock(string path)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            return new FileStream(path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (e.HResult == WouldBlock)
        {
            throw new InvalidOperationException($"{path} is in use; stop the edge-gateway that has it, or name another file", e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException(e.Message, e);
        }
    }

    /// <summary>A replacement while it is written; worthless after a crash.</summary>
    public static string Unfinished(string path) => path + ".salvaging";

    /// <summary>Opens a way for <see cref="FinishReplacement"/>: from here on the replacement counts.</summary>
    public static void Announce(string path) => File.Move(Unfinished(path), Announced(path));

    /// <summary>
    /// Puts an announced replacement in place. The old log goes first, because SQLite would play it into whatever
    /// database it finds beside it. Returns where the old database was set aside; null when there was nothing to do.
    /// </summary>
    public static string? FinishReplacement(string path, DateTimeOffset now)
    {
        File.Delete(Unfinished(path));
        if (!File.Exists(Announced(path)))
        {
            return null;
        }

        var aside = $"{path}.corrupt-{now.UtcDateTime:yyyyMMdd'T'HHmmss'Z'}";
        while (File.Exists(aside) || File.Exists(aside + "-wal"))
        {
            aside += "x";
        }

        MoveIfThere(path + "-wal", aside + "-wal");
        File.Delete(path + "-shm");
        MoveIfThere(path, aside);
        File.Move(Announced(path), path);
        return aside;
    }

    private static string Announced(string path) => path + ".salvaged";

    private static void MoveIfThere(string from, string to)
    {
        if (File.Exists(from))
        {
            File.Move(from, to, overwrite: false);
        }
    }

    private static long Length(string path)
    {
        var file = new FileInfo(path);
        return file.Exists ? file.Length : 0;
    }
}

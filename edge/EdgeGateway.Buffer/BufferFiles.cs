namespace EdgeGateway.Buffer;

/// <summary>The files a buffer consists of.</summary>
internal static class BufferFiles
{
    public static long Bytes(string path) => Length(path) + Length(path + "-wal") + Length(path + "-shm");

    private static long Length(string path)
    {
        var file = new FileInfo(path);
        return file.Exists ? file.Length : 0;
    }
}

namespace EdgeGateway.Devices;

/// <summary>Reads the small files in which the kernel shows names and values.</summary>
internal static class KernelFile
{
    private const int NoSuchDeviceOrAddress = 6;
    private const int NoSuchDevice = 19;

    /// <summary>Reads a file from its start into a buffer. Returns the part that was filled, without blanks around it.</summary>
    /// <exception cref="IOException">The file is not there, or its device did not answer.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not read it.</exception>
    public static ReadOnlySpan<byte> Read(string path, Span<byte> buffer)
    {
        // FileShare.ReadWrite: other sharing would take a lock, which not every kernel file system allows.
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var length = RandomAccess.Read(file, buffer, 0);
        return buffer[..length].Trim(" \t\r\n\0"u8);
    }

    /// <summary>The text of a file, or null when it is not there or cannot be read.</summary>
    public static string? TryReadText(string path)
    {
        try
        {
            Span<byte> buffer = stackalloc byte[512];
            return System.Text.Encoding.UTF8.GetString(Read(path, buffer));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The files of a folder in a steady order; none when it is not there.</summary>
    public static IEnumerable<string> Files(string folder, string pattern) =>
        Directory.Exists(folder)
            ? Directory.EnumerateFiles(folder, pattern).Order(StringComparer.Ordinal)
            : [];

    /// <summary>The folders of a folder in a steady order; none when it is not there.</summary>
    public static IEnumerable<string> Folders(string folder, string pattern) =>
        Directory.Exists(folder)
            ? Directory.EnumerateDirectories(folder, pattern).Order(StringComparer.Ordinal)
            : [];

    /// <summary>True when an error says that the device is gone rather than that it answered badly.</summary>
    public static bool IsGone(Exception error) =>
        error is FileNotFoundException or DirectoryNotFoundException
        || (error is IOException io && io.HResult is NoSuchDevice or NoSuchDeviceOrAddress);
}

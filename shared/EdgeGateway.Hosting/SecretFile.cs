namespace EdgeGateway.Hosting;

/// <summary>Secrets live in files that only the service's user can read, never in configuration, logs or bundles.</summary>
public static class SecretFile
{
    private const UnixFileMode Others = UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>The file's content without a trailing line end; at most 64 KiB.</summary>
    /// <exception cref="IOException">Missing, too large, or open to other users.</exception>
    public static string Read(string path)
    {
        var mode = File.GetUnixFileMode(path);
        if ((mode & Others) != 0)
        {
            throw new IOException($"reading the secret {path}: other users can read or write it; chmod 600 (or 640 for a service group)");
        }

        if (new FileInfo(path).Length > 64 * 1024)
        {
            throw new IOException($"reading the secret {path}: larger than 64 KiB, which no password is");
        }

        return File.ReadAllText(path).TrimEnd('\r', '\n');
    }

    /// <summary>Writes a file that only this user can read, replacing it as a whole.</summary>
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        var beside = path + ".new";
        File.Delete(beside);
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        };
        using (var file = new FileStream(beside, options))
        {
            file.Write(content);
            file.Flush(flushToDisk: true);
        }

        File.Move(beside, path, overwrite: true);
    }
}

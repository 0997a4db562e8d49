namespace EdgeGateway.Agent;

/// <summary>Files that are replaced as a whole: after a power cut there is the old content or the new, never half of one.</summary>
internal static class AtomicFile
{
    /// <exception cref="IOException">It cannot be written; the old content is still there.</exception>
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        var beside = path + ".new";
        using (var stream = new FileStream(beside, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            stream.Write(content);
            stream.Flush(flushToDisk: true);
        }

        File.Move(beside, path, overwrite: true);
    }
}

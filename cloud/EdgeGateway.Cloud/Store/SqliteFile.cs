using System.Diagnostics;
using System.Globalization;

namespace EdgeGateway.Cloud.Store;

/// <summary>
/// Which file a database is in: the one of its name, until it is rebuilt; then its name is a link to <c>name.1</c>, <c>name.2</c>
/// and so on. Each has its log beside it under its own name, so that who still has the old one open does the new one no harm.
/// </summary>
internal sealed class SqliteFile
{
    // As many as the kernel follows.
    private const int MostLinks = 40;

    private readonly string path;

    public SqliteFile(string path)
    {
        this.path = Path.GetFullPath(path);
        // Somebody's own link, to another disk for instance, stays as it is: what a rebuild makes lies where it leads.
        for (var links = 0; links < MostLinks && Number(Current) is null; links++)
        {
            this.path = Current;
        }
    }

    /// <summary>The file that is in use.</summary>
    public string Current => new FileInfo(path).LinkTarget is { } target ? Path.GetFullPath(target, Path.GetDirectoryName(path)!) : path;

    /// <summary>Whether a file is the one of the name, which may be made.</summary>
    public bool IsPath(string file) => file == path;

    /// <summary>The file that may take its place.</summary>
    public string Next => string.Create(CultureInfo.InvariantCulture, $"{path}.{(Number(Current) ?? 0) + 1}");

    /// <summary>Puts another file in place of the current one, whole or not at all.</summary>
    public void Replace(string next)
    {
        File.SetUnixFileMode(next, File.GetUnixFileMode(Current));
        if (Environment.IsPrivilegedProcess)
        {
            // Whoever runs the service must be able to open what root built.
            using var chown = Process.Start("chown", ["--reference", Current, next]);
            chown.WaitForExit();
            if (chown.ExitCode != 0)
            {
                throw new IOException($"giving {next} to the owner of {Current}: chown ended with {chown.ExitCode}");
            }
        }

        var link = path + ".link";
        File.Delete(link);
        File.CreateSymbolicLink(link, Path.GetFileName(next));
        File.Move(link, path, overwrite: true);
    }

    /// <summary>Deletes every file of this database that is not in use, also what a rebuild left that came to nothing.</summary>
    public void DeleteOthers()
    {
        var current = Current;
        foreach (var file in Directory.EnumerateFiles(Path.GetDirectoryName(path)!, Path.GetFileName(path) + "*"))
        {
            var database = file.EndsWith("-wal", StringComparison.Ordinal) || file.EndsWith("-shm", StringComparison.Ordinal) ? file[..^4] : file;
            if (Number(database) is not null && database != current && file != path)
            {
                File.Delete(file);
            }
        }
    }

    // 0 for the name itself, null for what is no file of this database.
    private int? Number(string file)
    {
        if (file == path)
        {
            return 0;
        }

        return file.StartsWith(path + ".", StringComparison.Ordinal)
            && int.TryParse(file.AsSpan(path.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
    }
}

using System.CommandLine;
using EdgeGateway.Buffer;
using EdgeGateway.Contracts;

namespace EdgeGateway.Agent.Commands;

/// <summary><c>buffer</c>: what a person can do with the buffer of a stopped agent.</summary>
internal static class BufferCommands
{
    public static Command Build()
    {
        var path = new Option<FileInfo>("--path") { Description = "The buffer's database file", Required = true };
        var gateway = new Option<string>("--gateway") { Description = "Gateway the file belongs to, where it cannot say so any more" };

        var stats = new Command("stats", "Says what is in it") { path };
        stats.SetAction(parsed => Try(() => Stats(parsed.GetRequiredValue(path).FullName)));

        var verify = new Command("verify", "Reads all of it and says what is damaged") { path };
        verify.SetAction(parsed => Try(() => Verify(parsed.GetRequiredValue(path).FullName)));

        var salvage = new Command("salvage", "Sets a damaged one aside and writes what can be read into a new one") { path, gateway };
        salvage.SetAction(parsed => Try(() => Salvage(parsed.GetRequiredValue(path).FullName, parsed.GetValue(gateway))));

        var export = new Command("export", "Writes what Kafka does not have yet to standard output, a JSON object a line") { path };
        export.SetAction(parsed => Try(() => Export(parsed.GetRequiredValue(path).FullName)));

        return new Command("buffer", "Looks into the buffer of a stopped agent") { stats, verify, salvage, export };
    }

    private static int Stats(string path)
    {
        var summary = BufferTools.Stats(path);
        Console.WriteLine($"gateway:   {summary.Gateway}");
        Console.WriteLine($"store:     {summary.Store}");
        Console.WriteLine($"last seq:  {summary.LastSeq}");
        Console.WriteLine($"buffered:  {summary.Buffered}");
        Console.WriteLine($"oldest:    {(summary.OldestBufferedAt is { } oldest ? Timestamp.Format(oldest) : "-")}");
        Console.WriteLine($"bytes:     {summary.Bytes}");
        return ExitCode.Done;
    }

    private static int Verify(string path)
    {
        var damage = BufferTools.Verify(path);
        foreach (var line in damage)
        {
            Console.WriteLine(line);
        }

        Console.WriteLine(damage.Count == 0 ? $"{path} is sound" : $"{path} is damaged; 'buffer salvage' saves what can be read");
        return damage.Count == 0 ? ExitCode.Done : ExitCode.Failed;
    }

    private static int Salvage(string path, string? gateway)
    {
        var (report, setAside) = BufferTools.Salvage(path, gateway ?? Owner(path), TimeProvider.System);
        Console.WriteLine($"{report.Events} events saved, {report.Lost} lost in {report.Ranges} ranges that the ledger names; the damaged file is at {setAside}");
        return ExitCode.Done;
    }

    private static int Export(string path)
    {
        using var output = Console.OpenStandardOutput();
        var count = BufferTools.Export(path, output);
        Console.Error.WriteLine($"{count} events");
        return ExitCode.Done;
    }

    /// <exception cref="ArgumentException">The file does not say.</exception>
    private static string Owner(string path)
    {
        try
        {
            return BufferTools.Stats(path).Gateway;
        }
        catch (Exception e) when (e is IOException and not FileNotFoundException)
        {
            throw new ArgumentException($"{path} does not say whose it is any more ({e.Message}); give --gateway ID", e);
        }
    }

    private static int Try(Func<int> command)
    {
        try
        {
            return command();
        }
        catch (Exception e) when (e is FileNotFoundException or ArgumentException)
        {
            Console.Error.WriteLine(e.Message);
            return ExitCode.WrongUsage;
        }
        catch (Exception e) when (e is IOException or InvalidOperationException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine(e.Message);
            return ExitCode.Failed;
        }
    }
}

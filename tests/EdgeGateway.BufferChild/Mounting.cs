using System.Diagnostics;
using EdgeGateway.Buffer;
using EdgeGateway.Testing;

namespace EdgeGateway.BufferChild;

/// <summary>
/// A buffer on a small file system of its own, in a mount namespace, that becomes read-only or full under it. Each prints what went
/// wrong and returns 1, or 0 when the buffer said what is the matter, waited, and took events again by itself.
/// </summary>
internal static class Mounting
{
    private const int Events = 20;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);

    public static async Task<int> ReadOnly(string folder)
    {
        await Fill(folder);

        // Between closing and opening, as after an error of the disk the buffer has closed its file, too. The mount and not the
        // file system becomes read-only: an ordinary user may do no more to it.
        Mount("remount,bind,ro", folder);
        return await Wait(folder, BufferState.Failing, () => Mount("remount,bind,rw", folder));
    }

    /// <summary>Not a block is left while it runs.</summary>
    public static async Task<int> NoSpace(string folder)
    {
        await Fill(folder);
        var filler = Path.Combine(folder, "filler");
        using (var file = new FileStream(filler, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0))
        {
            FillUp(() => file.Write(new byte[4096]));
        }

        return await Wait(folder, BufferState.Full, () => File.Delete(filler));
    }

    /// <summary>Not a file can be made: the write-ahead log meets ENOSPC itself, whatever the estimate says of blocks.</summary>
    public static async Task<int> NoInodes(string folder)
    {
        await Fill(folder);
        var made = new List<string>();
        FillUp(() =>
        {
            var name = Path.Combine(folder, $"filler-{made.Count}");
            File.WriteAllBytes(name, []);
            made.Add(name);
        });
        return await Wait(folder, BufferState.Failing, () => made.ForEach(File.Delete));
    }

    private static async Task Fill(string folder)
    {
        await using var buffer = ChildBuffer.Open(PathIn(folder));
        await buffer.Append([.. Enumerable.Range(1, Events).Select(n => ChildBuffer.Reading(n))]);
    }

    private static void FillUp(Action more)
    {
        try
        {
            while (true)
            {
                more();
            }
        }
        catch (IOException)
        {
            // Full.
        }
    }

    private static async Task<int> Wait(string folder, BufferState expected, Action mend)
    {
        await using var buffer = ChildBuffer.Open(PathIn(folder));
        var append = buffer.Append(ChildBuffer.Reading(Events + 1));
        await Eventually.Equal(expected, () => buffer.Stats.State, "the buffer says what is the matter", Patience);
        if (buffer.Stats.Reason is not { } reason || append.IsCompleted)
        {
            return Fail($"{expected} for the reason '{buffer.Stats.Reason}'; the event was {(append.IsCompleted ? "" : "not ")}accepted");
        }

        mend();
        await append.WaitAsync(Patience);
        var events = new List<StoredEvent>();
        buffer.Read(0, int.MaxValue, events);
        Console.WriteLine(reason);
        return events.Select(e => (e.Seq, Appending.NumberOf(e))).SequenceEqual(Enumerable.Range(1, Events + 1).Select(n => ((long)n, (long)n)))
            ? 0
            : Fail($"{events.Count} events are there");
    }

    private static string PathIn(string folder) => Path.Combine(folder, "buffer.db");

    private static int Fail(string why)
    {
        Console.WriteLine(why);
        return 1;
    }

    private static void Mount(string options, string folder)
    {
        using var mount = Process.Start("mount", ["-o", options, folder]);
        mount.WaitForExit();
        if (mount.ExitCode != 0)
        {
            throw new InvalidOperationException($"mount -o {options} ended with {mount.ExitCode}");
        }
    }
}

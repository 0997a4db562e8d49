using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace EdgeGateway.Buffer;

/// <summary>When the file itself is the trouble: damaged, or deleted under the running agent.</summary>
internal sealed partial class BufferWriter
{
    /// <summary>What cannot be read for so long, while writing works, never will be.</summary>
    private static readonly TimeSpan BadSectorAfter = TimeSpan.FromMinutes(1);

    private bool salvaged;

    private static bool IsDamage(Exception failure) =>
        failure is InvalidDataException or DatabaseException { IsCorrupt: true };

    private static bool IsDiskTrouble(Exception failure) => failure is IOException or UnauthorizedAccessException;

    private void ThrowReadFailure()
    {
        if (readFailure is { } failure)
        {
            readFailure = null;
            throw Stopwatch.GetElapsedTime(unreadableSince) > BadSectorAfter && unreadableSince != 0
                ? new InvalidDataException(failure.Message, failure)
                : failure;
        }
    }

    /// <summary>Sets a damaged file aside and goes on with what can be read of it.</summary>
    private void RepairDamaged(Exception damage)
    {
        CloseFile();
        try
        {
            var report = Salvage.Run(options, BufferFiles.Unfinished(options.Path), queue.Last, Now());
            BufferFiles.Announce(options.Path);
            (salvaged, unreadableSince) = (true, 0);
            LogSalvaged(options.Path, damage.Message, report.Events, report.Lost, report.Ranges);
        }
        catch (Exception failure) when (IsDiskTrouble(failure) || IsDamage(failure))
        {
            Enter(BufferState.Failing, $"damaged ({damage.Message}), and what can be read of it could not be copied: {failure.Message}");
            WaitForRetry();
        }
    }

    /// <summary>The file is gone from its folder, but as long as it is open all of it can be read.</summary>
    private void RewriteDeleted()
    {
        var replacement = BufferFiles.Unfinished(options.Path);
        File.Delete(replacement);
        lock (readGate)
        {
            file!.CopyTo(replacement);
        }

        CloseFile();
        BufferFiles.Announce(options.Path);
        LogRewritten(options.Path);
        OpenFile();
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "buffer {Path} is damaged ({Damage}): {Events} events salvaged, {Lost} lost, in {Ranges} ledger entries. Check the disk")]
    private partial void LogSalvaged(string path, string damage, long events, long lost, int ranges);

    [LoggerMessage(Level = LogLevel.Error, Message = "buffer {Path} vanished while the disk refused: {Lost} events lost, in the ledger")]
    private partial void LogVanished(string path, long lost);

    [LoggerMessage(Level = LogLevel.Warning, Message = "buffer {Path}: the file that was there before is kept as {Aside}")]
    private partial void LogSetAside(string path, string aside);

    [LoggerMessage(Level = LogLevel.Error, Message = "buffer {Path} was deleted while in use; everything in it has been written anew. Find out who deletes it")]
    private partial void LogRewritten(string path);
}

using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace EdgeGateway.Buffer;

/// <summary>Making room before a transaction, and giving it back afterwards.</summary>
internal sealed partial class BufferWriter
{
    /// <summary>A part of the file that stays free for later commits instead of being given back.</summary>
    private const int PagesToKeep = (1 << 20) / Schema.PageBytes;

    /// <summary>One step is a few milliseconds, so that appenders do not notice.</summary>
    private const int PagesOfAStep = 256;

    private static readonly TimeSpan SheddingLasts = TimeSpan.FromSeconds(10);

    private readonly long[] shedUpTo = new long[(int)Importance.Evidence];
    private long shed;
    private long lastShed;

    private bool IsShedding => lastShed != 0 && Stopwatch.GetElapsedTime(lastShed) < SheddingLasts;

    private void MakeRoom(int bytes, int count)
    {
        var need = SpaceLimits.PagesFor(bytes, count);
        EnsureLogRoom(need);
        if (Measure().DataPages >= need)
        {
            return;
        }

        // Somewhat more than needed now, so that not every commit has to shed.
        var enough = need + (limits.MaxPages / 50);
        for (var level = Importance.RepeatTag; level < Importance.Evidence; level++)
        {
            while (Measure().DataPages < enough && ShedStretch(level))
            {
            }
        }

        if (Measure() is var room && room.DataPages < need)
        {
            throw NoSpace(room);
        }
    }

    /// <summary>What is set aside must not have to wait for room: it would hold up what is behind it, which makes room.</summary>
    private void MakeRoomToSetAside()
    {
        const int largestEventPages = (EventBatch.MaxBodyBytes / Schema.PageBytes) + 16;
        EnsureLogRoom(SpaceLimits.PagesFor(EventBatch.MaxBodyBytes, 1));
        if (Measure() is var room && room.DataPages + SpaceLimits.HeadroomPages < largestEventPages)
        {
            throw NoSpace(room);
        }
    }

    private bool ShedStretch(Importance level)
    {
        EnsureLogRoom(SpaceLimits.PagesFor(2 * limits.TransactionBytes, 0));
        var before = file!.GivenUp;
        lock (readGate)
        {
            // What has been handed out may be on its way to Kafka; giving it up then would be untrue.
            var after = Math.Max(Math.Max(shedUpTo[(int)level], reader!.HandedOut), file.First - 1);
            if (file.Shed(level, after, limits.TransactionBytes, Now()) is not { } end)
            {
                return false;
            }

            shedUpTo[(int)level] = end;
            reader.ForgetOldest();
        }

        Publish();
        var count = file.GivenUp - before;
        Interlocked.Add(ref shed, count);
        if (!IsShedding)
        {
            LogShedding(options.Path, options.MaxBytes, file.Rows);
        }

        lastShed = Stopwatch.GetTimestamp();
        return true;
    }

    private void EnsureLogRoom(int pages)
    {
        if (file!.LogPages + pages <= Measure().LogPages)
        {
            return;
        }

        Checkpoint();
        if (Measure() is var room && file.LogPages + pages > room.LogPages)
        {
            throw NoSpace(room);
        }
    }

    private void Checkpoint()
    {
        // A reader in the midst of a read would keep the log from starting again.
        lock (readGate)
        {
            file!.Checkpoint();
        }
    }

    /// <summary>Gives a part of what a drained backlog has left to the disk. Returns whether there is more to do.</summary>
    private bool GiveBackSpace()
    {
        var (pages, free) = (file!.Pages, file.FreePages);
        if (intake.WaitingCount > 0 || free <= PagesToKeep || free * 2 < pages)
        {
            return false;
        }

        EnsureLogRoom(SpaceLimits.PagesFor(PagesOfAStep * Schema.PageBytes, 0));
        file.GiveBack(PagesOfAStep);
        if (file.FreePages > PagesToKeep)
        {
            return true;
        }

        // Only a checkpoint cuts the file.
        Checkpoint();
        return false;
    }

    private Room Measure() => limits.Measure(file!.Pages, file.FreePages);

    private Moment Now()
    {
        var now = time.GetUtcNow();
        return new Moment(now, clock, now.ToUnixTimeMilliseconds() - BootClock.Milliseconds(time));
    }

    private NoSpaceException NoSpace(Room room) => new(room.DiskIsShort
        ? $"the disk of {options.Path} has no space above the {options.ReserveBytes} bytes that buffer.reserveBytes keeps free, and what is buffered may not be given up; free some space"
        : $"{options.Path} has reached buffer.maxBytes ({options.MaxBytes}) with {file!.Rows} events that may not be given up; it takes more when Kafka has taken some, or with a larger maxBytes");

    [LoggerMessage(Level = LogLevel.Error, Message = "buffer {Path} has no space left within {MaxBytes} bytes and gives up its least important events, each in the ledger; {Rows} are buffered. Restore the link to Kafka or enlarge buffer.maxBytes")]
    private partial void LogShedding(string path, long maxBytes, long rows);
}

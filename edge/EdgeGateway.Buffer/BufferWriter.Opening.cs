using Microsoft.Extensions.Logging;

namespace EdgeGateway.Buffer;

/// <summary>From the first opening of the file to the last commit before it is closed.</summary>
internal sealed partial class BufferWriter
{
    private readonly TaskCompletionSource stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private FileStream? fileLock;

    /// <exception cref="InvalidOperationException">The file is another gateway's, no buffer, or in use.</exception>
    public void Start()
    {
        try
        {
            OpenFile();
        }
        catch (Exception failure) when (IsDiskTrouble(failure) || IsDamage(failure))
        {
            // The writer meets it again, and deals with it.
            Enter(BufferState.Failing, failure.Message);
        }
        catch
        {
            fileLock?.Dispose();
            throw;
        }

        new Thread(Run) { Name = "buffer writer", IsBackground = true }.Start();
    }

    public Task Stop()
    {
        stopping = true;
        intake.Close("event not buffered: the buffer is being closed");
        return stopped.Task;
    }

    private void OpenFile()
    {
        fileLock ??= BufferFiles.Lock(options.Path);
        if (BufferFiles.FinishReplacement(options.Path, time.GetUtcNow()) is { } aside)
        {
            LogSetAside(options.Path, aside);
        }

        // The file vanished while it was closed: what it held is lost, and its positions are not given out again.
        var (last, lostStores) = (queue.Last, stores);
        var vanished = last > 0 && !File.Exists(options.Path);
        var opened = new BufferFile(options, limits.MaxPages, firstPosition: last + 1);
        try
        {
            if (vanished)
            {
                opened.Append([Salvage.Ledger(Salvage.Gaps(lostStores, Acknowledged + 1, last), Now())]);
                LogVanished(options.Path, last - Acknowledged);
            }

            var openedReader = new EventReader(options, opened.Stores);
            lock (readGate)
            {
                reader = openedReader;
            }
        }
        catch
        {
            opened.Dispose();
            throw;
        }

        file = opened;
        stores = opened.Stores;
        lock (commandGate)
        {
            acknowledged = Math.Max(acknowledged, opened.Acknowledged);
        }

        Publish();

        // A commit that failed while it was being synced may be found on the disk after all; it must not be made twice.
        if (taken.Count > 0 && !vanished && !salvaged && file.Last == last + taken.Sum(batch => batch.Count))
        {
            CompleteTaken();
        }

        salvaged = false;
        LogOpened(options.Path, Store, file.Rows, file.Last);
    }

    private void CloseFile()
    {
        lock (readGate)
        {
            reader?.Dispose();
            reader = null;
        }

        file?.Dispose();
        file = null;
    }

    private void Finish()
    {
        try
        {
            do
            {
                Work();
            }
            while (intake.WaitingCount > 0);
        }
        catch (Exception failure) when (IsDiskTrouble(failure) || IsDamage(failure))
        {
            LogUnfinished(taken.Count, failure.Message);
        }

        var closed = new BufferUnavailableException("event not buffered: the buffer was closed before its commit");
        intake.Take(taken, int.MaxValue);
        foreach (var batch in taken)
        {
            batch.Fail(closed);
        }

        while (rejections.TryDequeue(out var rejection))
        {
            rejection.Done.SetException(new BufferUnavailableException("event not set aside: the buffer was closed first"));
        }

        CloseFile();
        fileLock?.Dispose();
        stopped.SetResult();
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "opened buffer {Path}: store {Store}, {Rows} events buffered, newest at {Last}")]
    private partial void LogOpened(string path, string store, long rows, long last);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Batches} batches not committed at the end; their sources will deliver them again: {Reason}")]
    private partial void LogUnfinished(int batches, string reason);
}

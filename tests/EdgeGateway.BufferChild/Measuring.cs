using System.Diagnostics;
using System.Text.Json;
using EdgeGateway.Buffer;
using EdgeGateway.Contracts;

namespace EdgeGateway.BufferChild;

/// <summary>What the buffer costs; each method prints one line of JSON.</summary>
internal static class Measuring
{
    private const int Group = 1000;

    /// <summary>Appends without stopping and tells the rate of durable appends.</summary>
    public static async Task<int> Flood(string path, int count)
    {
        await using var buffer = ChildBuffer.Open(path);
        await Append(buffer, Group);
        var (cpu, watch) = (Environment.CpuUsage.TotalTime, Stopwatch.StartNew());
        await Append(buffer, count);
        var seconds = watch.Elapsed.TotalSeconds;
        return Print(new
        {
            appendsPerSecond = count / seconds,
            cpuMicrosecondsPerEvent = (Environment.CpuUsage.TotalTime - cpu).TotalMicroseconds / count,
            eventsPerCommit = (double)buffer.Stats.Appended / buffer.Stats.Commits,
            bytesPerEvent = (double)buffer.Stats.Bytes / buffer.Stats.Buffered,
        });
    }

    public static async Task<int> Fill(string path, long count)
    {
        await using var buffer = ChildBuffer.Open(path);
        await Append(buffer, count);
        return Print(new { residentBytes = Environment.WorkingSet, buffer.Stats.Buffered, buffer.Stats.Bytes });
    }

    /// <summary>Time to the first event accepted, from the start of opening.</summary>
    public static async Task<int> OpenAndAppend(string path)
    {
        var watch = Stopwatch.StartNew();
        await using var buffer = ChildBuffer.Open(path);
        await buffer.Append(ChildBuffer.Reading(1));
        return Print(new { milliseconds = watch.Elapsed.TotalMilliseconds, buffer.Stats.Buffered });
    }

    /// <summary>Events at an even rate while a sender follows; tells what is written per byte of body.</summary>
    public static async Task<int> Steady(string path, int perSecond, int seconds)
    {
        await using var buffer = ChildBuffer.Open(path);
        await Append(buffer, Group);
        using var stop = new CancellationTokenSource();
        var sender = Task.Run(() => Follow(buffer, stop.Token));
        var (cpu, written, commits, watch) = (Environment.CpuUsage.TotalTime, WrittenBytes(), buffer.Stats.Commits, Stopwatch.StartNew());
        long number = 0;
        var random = new Random(1);
        var latencies = new List<double>();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(1));
        while (watch.Elapsed.TotalSeconds < seconds && await timer.WaitForNextTickAsync())
        {
            for (; number < watch.Elapsed.TotalSeconds * perSecond; number++)
            {
                var at = Stopwatch.GetTimestamp();
                _ = buffer.Append(ChildBuffer.Noise(random)).ContinueWith(
                    _ =>
                    {
                        lock (latencies)
                        {
                            latencies.Add(Stopwatch.GetElapsedTime(at).TotalMilliseconds);
                        }
                    },
                    TaskContinuationOptions.ExecuteSynchronously);
            }
        }

        written = WrittenBytes() - written;
        await stop.CancelAsync();
        await sender;
        latencies.Sort();
        return Print(new
        {
            writtenBytesPerEvent = (double)written / number,
            commitsPerSecond = (buffer.Stats.Commits - commits) / (double)seconds,
            cpuMicrosecondsPerEvent = (Environment.CpuUsage.TotalTime - cpu).TotalMicroseconds / number,
            p50Ms = latencies[latencies.Count / 2],
            p99Ms = latencies[latencies.Count * 99 / 100],
            residentBytes = Environment.WorkingSet,
            fileBytes = buffer.Stats.Bytes,
        });
    }

    /// <summary>Reads and acknowledges everything; tells the rate and what the files hold afterwards.</summary>
    public static async Task<int> Drain(string path)
    {
        await using var buffer = ChildBuffer.Open(path);
        var events = new List<StoredEvent>();
        var (watch, position, count) = (Stopwatch.StartNew(), 0L, 0L);
        while (buffer.Read(position, Group, events) > 0)
        {
            count += events.Count;
            position = events[^1].Position;
            await buffer.Acknowledge(position);
            events.Clear();
        }

        return Print(new { readsPerSecond = count / watch.Elapsed.TotalSeconds, residentBytes = Environment.WorkingSet });
    }

    private static async Task Follow(EventBuffer buffer, CancellationToken stop)
    {
        var events = new List<StoredEvent>();
        var position = buffer.AcknowledgedPosition;
        while (!stop.IsCancellationRequested)
        {
            events.Clear();
            if (buffer.Read(position, Group, events) > 0)
            {
                position = events[^1].Position;
                await buffer.Acknowledge(position);
            }
            else
            {
                await buffer.WaitForEvents(position, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private static async Task Append(EventBuffer buffer, long count)
    {
        var random = new Random(1);
        var groups = new Queue<Task>();
        for (long number = 0; number < count; number += Group)
        {
            var events = new GatewayEvent[Group];
            for (var i = 0; i < Group; i++)
            {
                events[i] = ChildBuffer.Noise(random);
            }

            groups.Enqueue(buffer.Append(events));
            if (groups.Count > 16)
            {
                await groups.Dequeue();
            }
        }

        await Task.WhenAll(groups);
    }

    /// <summary>What this process has had written to the disk, in blocks of the file system.</summary>
    private static long WrittenBytes() => long.Parse(
        File.ReadLines("/proc/self/io").First(line => line.StartsWith("write_bytes:", StringComparison.Ordinal))["write_bytes:".Length..]);

    private static int Print<T>(T result)
    {
        Console.WriteLine(JsonSerializer.Serialize(result));
        return 0;
    }
}

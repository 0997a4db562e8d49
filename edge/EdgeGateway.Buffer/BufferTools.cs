using System.Text.Json;
using EdgeGateway.Contracts;
using EdgeGateway.Hosting;

namespace EdgeGateway.Buffer;

/// <summary>
/// What a person can do with the buffer of a stopped agent: the commands <c>buffer stats</c>, <c>verify</c>,
/// <c>salvage</c> and <c>export</c>. All throw <see cref="FileNotFoundException"/> when there is no such file, and
/// <see cref="InvalidOperationException"/> when an agent has it open or it is no buffer.
/// </summary>
public static class BufferTools
{
    private const int ReadAtOnce = 1000;

    /// <exception cref="IOException">The file is damaged or cannot be read; <see cref="Salvage"/> may help.</exception>
    public static BufferSummary Stats(string path) => With(path, (options, file, reader) => new BufferSummary(
        options.Gateway,
        file.Stores[^1].Store,
        Math.Max(0, file.Stores[^1].SeqOf(file.Last)),
        Math.Max(0, file.Rows - Math.Max(0, file.Acknowledged - file.First + 1)),
        reader.Oldest(file.Acknowledged)?.ObservedAt,
        BufferFiles.Bytes(path)));

    /// <summary>Reads all of the file. Returns what is wrong with it, in words; nothing when it is sound.</summary>
    public static IReadOnlyList<string> Verify(string path)
    {
        try
        {
            return With(path, (_, file, _) => file.Verify());
        }
        catch (IOException damage) when (damage is not FileNotFoundException)
        {
            return [damage.Message];
        }
    }

    /// <summary>
    /// Sets the file aside and writes a new one with every event that can be read, as the agent does by itself when
    /// it meets damage.
    /// </summary>
    /// <param name="path">The damaged file.</param>
    /// <param name="gateway">Gateway it belongs to; null to take it from the file, which is an <see cref="IOException"/> when it does not say any more.</param>
    /// <param name="time">Dates the ledger entries.</param>
    /// <returns>What was read, and where the damaged file is now.</returns>
    /// <exception cref="IOException">The new file cannot be written; the damaged one is where it was.</exception>
    public static (SalvageReport Report, string SetAside) Salvage(string path, string? gateway, TimeProvider time)
    {
        using var taken = Take(path);
        var options = new BufferOptions { Gateway = gateway ?? Owner(path), Path = path, MaxBytes = long.MaxValue };
        var now = time.GetUtcNow();
        var moment = new Moment(now, ClockQuality.Rtc, now.ToUnixTimeMilliseconds() - BootClock.Milliseconds(time));
        var report = Buffer.Salvage.Run(options, BufferFiles.Unfinished(path), knownLast: 0, moment);
        BufferFiles.Announce(path);
        return (report, BufferFiles.FinishReplacement(path, now)!);
    }

    /// <summary>
    /// Writes every event that Kafka has not acknowledged as a line of JSON, those first that it refuses for good, with the reason
    /// in <c>rejected</c>; returns how many.
    /// </summary>
    /// <exception cref="IOException">The file is damaged or cannot be read; <see cref="Salvage"/> may help.</exception>
    public static long Export(string path, Stream output) => With(path, (options, file, reader) =>
    {
        using var json = new Utf8JsonWriter(output, new JsonWriterOptions { SkipValidation = true });
        var (events, position, count) = (new List<StoredEvent>(), file.Acknowledged, 0L);
        foreach (var e in file.Rejected())
        {
            Write(json, options.Gateway, e.Family, e.Store, e.Seq, e.Device, e.ObservedAt, e.Clock, e.Body, e.Reason);
            output.WriteByte((byte)'\n');
            count++;
        }

        while (reader.Read(position, ReadAtOnce, events) > 0)
        {
            foreach (var e in events)
            {
                Write(json, options.Gateway, e.Family, e.Store, e.Seq, e.Device, e.ObservedAt, e.Clock, e.Body, rejected: null);
                output.WriteByte((byte)'\n');
            }

            (position, count) = (events[^1].Position, count + events.Count);
            events.Clear();
        }

        return count;
    });

    private static void Write(
        Utf8JsonWriter json, string gateway, EventFamily family, string store, long seq, string device,
        DateTimeOffset observedAt, ClockQuality clock, ReadOnlyMemory<byte> body, string? rejected)
    {
        json.Reset();
        json.WriteStartObject();
        json.WriteString("topic"u8, Topics.Of(family));
        json.WriteString("gateway"u8, gateway);
        json.WriteString("store"u8, store);
        json.WriteNumber("seq"u8, seq);
        json.WriteString("device"u8, device);
        json.WriteString("observedAt"u8, Timestamp.Format(observedAt));
        json.WriteString("clock"u8, clock.ToString().ToLowerInvariant());
        if (rejected is not null)
        {
            json.WriteString("rejected"u8, rejected);
        }

        using (var fields = JsonDocument.Parse(body))
        {
            foreach (var field in fields.RootElement.EnumerateObject())
            {
                field.WriteTo(json);
            }
        }

        json.WriteEndObject();
        json.Flush();
    }

    private static T With<T>(string path, Func<BufferOptions, BufferFile, EventReader, T> use)
    {
        using var taken = Take(path);
        var options = new BufferOptions { Gateway = Owner(path), Path = path, MaxBytes = long.MaxValue };
        using var file = new BufferFile(options, new SpaceLimits(options).MaxPages);
        using var reader = new EventReader(options, file.Stores);
        try
        {
            return use(options, file, reader);
        }
        catch (InvalidDataException damage)
        {
            throw new IOException($"{path}: {damage.Message}", damage);
        }
    }

    private static FileStream Take(string path)
    {
        SqliteLibrary.Load();
        return File.Exists(path)
            ? BufferFiles.Lock(path)
            : throw new FileNotFoundException($"there is no buffer at {path}", path);
    }

    private static string Owner(string path)
    {
        using var database = new Database(path);
        try
        {
            return Schema.Owner(database);
        }
        catch (InvalidDataException damage)
        {
            throw new IOException(damage.Message, damage);
        }
    }
}

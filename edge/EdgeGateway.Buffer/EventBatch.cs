using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using EdgeGateway.Contracts;

namespace EdgeGateway.Buffer;

/// <summary>
/// Events that will be committed together. Bodies are serialised when they are appended, into one array that is
/// used again for a later batch, so that an event costs no allocation of its own.
/// </summary>
internal sealed class EventBatch : IBufferWriter<byte>
{
    /// <summary>Longest body of one event; a tag read is about 200 bytes.</summary>
    public const int MaxBodyBytes = EventRecord.MaxBytes - HeadBytes;

    /// <summary>A note lies somewhere in its table, so each may cost a page of its own, and a part of one more.</summary>
    private const int NoteBytes = 2 * Schema.PageBytes;

    /// <summary>Left for what the record adds to the body.</summary>
    private const int HeadBytes = 4 << 10;

    private static readonly JsonWriterOptions JsonOptions = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    private readonly List<BatchRow> rows = [];
    private readonly List<Note> notes = [];
    private readonly Utf8JsonWriter json;
    private byte[] bodies = new byte[16 << 10];
    private int length;
    private TaskCompletionSource committed = NewCompletion();

    public EventBatch() => json = new Utf8JsonWriter(this, JsonOptions);

    /// <summary>Shared by everyone whose event is in this batch.</summary>
    public Task Committed => committed.Task;

    public int Count => rows.Count;

    /// <summary>Of the bodies.</summary>
    public int Bytes => length;

    /// <summary>What committing it may take in the file, without the heads of its events.</summary>
    public int BytesOnDisk => length + (notes.Count * NoteBytes);

    public IReadOnlyList<Note> Notes => notes;

    public ReadOnlySpan<BatchRow> Rows => CollectionsMarshal.AsSpan(rows);

    /// <summary>Adds an event whose wall clock was <paramref name="offsetMs"/> ahead of the boot clock.</summary>
    /// <exception cref="ArgumentException">The event is too large; the batch is as before.</exception>
    public void Add(GatewayEvent e, Importance importance, long offsetMs)
    {
        var start = length;
        try
        {
            json.Reset();
            json.WriteStartObject();
            e.WriteFields(json);
            json.WriteEndObject();
            json.Flush();
            if (length - start > MaxBodyBytes)
            {
                throw new ArgumentException(
                    $"event of {e.Device} refused: its fields take {length - start} bytes, at most {MaxBodyBytes} can be buffered");
            }
        }
        catch
        {
            length = start;
            throw;
        }

        rows.Add(new BatchRow(
            e.Family, importance, e.Device, e.Clock, e.ObservedAt.ToUnixTimeMilliseconds(), offsetMs, start, length - start));
    }

    /// <summary>Adds notes that are committed with the events.</summary>
    public void Add(IReadOnlyList<Note> more) => notes.AddRange(more);

    public ReadOnlySpan<byte> Body(in BatchRow row) => bodies.AsSpan(row.BodyStart, row.BodyLength);

    /// <summary>Takes back the events added after the first <paramref name="count"/>.</summary>
    public void Truncate(int count)
    {
        if (count < rows.Count)
        {
            length = rows[count].BodyStart;
            rows.RemoveRange(count, rows.Count - count);
        }
    }

    public void Complete() => committed.SetResult();

    public void Fail(Exception cause) => committed.SetException(cause);

    /// <summary>Makes the batch ready for other events; its task must have been completed.</summary>
    public void Clear()
    {
        rows.Clear();
        notes.Clear();
        length = 0;
        committed = NewCompletion();
    }

    void IBufferWriter<byte>.Advance(int count) => length += count;

    Memory<byte> IBufferWriter<byte>.GetMemory(int sizeHint) => Room(sizeHint);

    Span<byte> IBufferWriter<byte>.GetSpan(int sizeHint) => Room(sizeHint).Span;

    private static TaskCompletionSource NewCompletion() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Memory<byte> Room(int sizeHint)
    {
        var needed = length + Math.Max(sizeHint, 256);
        if (needed > bodies.Length)
        {
            Array.Resize(ref bodies, Math.Max(needed, bodies.Length * 2));
        }

        return bodies.AsMemory(length);
    }
}

/// <summary>An event of a batch without its body.</summary>
internal readonly record struct BatchRow(
    EventFamily Family,
    Importance Importance,
    string Device,
    ClockQuality Clock,
    long ObservedAtMs,
    long OffsetMs,
    int BodyStart,
    int BodyLength);

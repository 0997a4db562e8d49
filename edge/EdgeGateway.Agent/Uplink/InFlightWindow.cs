namespace EdgeGateway.Agent.Uplink;

/// <summary>
/// What was handed to the Kafka client and is not yet acknowledged, in the order of the buffer. Acknowledgements come in
/// any order over the partitions; only the lowest unbroken run of them may be deleted.
/// </summary>
internal sealed class InFlightWindow
{
    private readonly Lock gate = new();
    private readonly long[] positions;
    private readonly int[] bytes;
    private readonly bool[] done;
    private readonly long maxBytes;
    private long head;
    private long tail;
    private long bytesInFlight;
    private long acked;

    /// <param name="maxCount">Most messages in flight.</param>
    /// <param name="maxBytes">Most bytes in flight; one message is always let through.</param>
    /// <param name="acked">Position up to which everything is acknowledged already.</param>
    public InFlightWindow(int maxCount, long maxBytes, long acked)
    {
        this.maxBytes = maxBytes;
        this.acked = acked;
        positions = new long[maxCount];
        bytes = new int[maxCount];
        done = new bool[maxCount];
    }

    /// <summary>Everything up to this position is acknowledged.</summary>
    public long Acked
    {
        get
        {
            lock (gate)
            {
                return acked;
            }
        }
    }

    /// <summary>What is in flight; while others add or complete, somewhat more or less.</summary>
    public int Count => (int)(Volatile.Read(ref tail) - Volatile.Read(ref head));

    /// <summary>True when at most half of the room is taken.</summary>
    public bool IsHalfEmpty
    {
        get
        {
            lock (gate)
            {
                return tail - head <= positions.Length / 2 && bytesInFlight <= maxBytes / 2;
            }
        }
    }

    /// <summary>Takes the next message in; false when there is no room.</summary>
    /// <param name="position">Its position in the buffer, above all before.</param>
    /// <param name="size">Its bytes.</param>
    /// <param name="ticket">What <see cref="Complete"/> is told; given again once it is complete.</param>
    public bool TryAdd(long position, int size, out int ticket)
    {
        lock (gate)
        {
            ticket = (int)(tail % positions.Length);
            if (tail - head == positions.Length || (tail > head && bytesInFlight + size > maxBytes))
            {
                return false;
            }

            tail++;
            positions[ticket] = position;
            bytes[ticket] = size;
            done[ticket] = false;
            bytesInFlight += size;
            return true;
        }
    }

    /// <summary>Position of a message in flight.</summary>
    public long PositionOf(int ticket)
    {
        lock (gate)
        {
            return positions[ticket];
        }
    }

    /// <summary>Kafka acknowledged a message. Returns how many it may be followed by in the unbroken run: 0 if it is not next.</summary>
    public int Complete(int ticket)
    {
        var advanced = 0;
        lock (gate)
        {
            done[ticket] = true;
            while (head < tail && done[head % positions.Length])
            {
                var slot = head++ % positions.Length;
                acked = positions[slot];
                bytesInFlight -= bytes[slot];
                advanced++;
            }
        }

        return advanced;
    }
}

namespace EdgeGateway.Agent.Uplink;

/// <summary>
/// How records are grouped. A broker refuses a batch as a whole for one record in it, or for its size; so what was refused is
/// sent again one by one, which shows the record that is meant, and only then in batches again.
/// </summary>
internal sealed class Batching
{
    private const int LargestBytes = 1_000_000;
    private const int SmallestBytes = 4 * 1024;

    private readonly Lock gate = new();

    /// <summary>Largest batch, before compression.</summary>
    public int Bytes { get; private set; } = LargestBytes;

    /// <summary>Records up to this position go one by one; 0 when none have to.</summary>
    public long SinglyUpTo { get; private set; }

    /// <summary>A batch with this position in it was refused; on any thread.</summary>
    public void Refused(long position)
    {
        lock (gate)
        {
            SinglyUpTo = Math.Max(SinglyUpTo, position);
        }
    }

    /// <summary>What was refused went one by one, with so many refused again: if none was, it was too much together.</summary>
    public void SentSingly(int refused)
    {
        SinglyUpTo = 0;
        if (refused == 0)
        {
            Bytes = Math.Max(SmallestBytes, Bytes / 2);
        }
    }
}

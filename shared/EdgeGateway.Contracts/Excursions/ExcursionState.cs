using System.Buffers;

namespace EdgeGateway.Contracts;

/// <summary>What the rules remember of one probe.</summary>
public sealed class ExcursionState
{
    /// <summary>Newest sample judged; null before the first.</summary>
    public DateTimeOffset? LastAt { get; private set; }

    /// <summary>Writes the state compactly; <see cref="Read"/> takes it up again.</summary>
    public void Write(IBufferWriter<byte> output) => throw new NotSupportedException("Comes with the next commits.");

    /// <exception cref="FormatException">The bytes are no such state.</exception>
    public static ExcursionState Read(ReadOnlySpan<byte> bytes) => throw new NotSupportedException("Comes with the next commits.");

    /// <summary>What is open now, each as the change that opened it with its peak up to now.</summary>
    public void CopyOpenTo(ICollection<AlertChange> open) => throw new NotSupportedException("Comes with the next commits.");
}

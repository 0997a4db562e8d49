namespace EdgeGateway.Agent.Uplink;

/// <summary>What differs between the CloudEvents headers of two records, UTF-8.</summary>
internal readonly ref struct CloudEventHeaders
{
    public required ReadOnlySpan<byte> Id { get; init; }

    public required ReadOnlySpan<byte> Source { get; init; }

    public required ReadOnlySpan<byte> Type { get; init; }

    public required ReadOnlySpan<byte> Time { get; init; }

    public required ReadOnlySpan<byte> Subject { get; init; }
}

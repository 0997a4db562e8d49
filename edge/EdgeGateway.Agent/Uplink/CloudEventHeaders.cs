namespace EdgeGateway.Agent.Uplink;

/// <summary>What differs between the CloudEvents headers of two records, UTF-8.</summary>
internal readonly ref struct CloudEventHeaders
{
    public required ReadOnlySpan<byte> Id { get; init; }

    public required ReadOnlySpan<byte> Source { get; init; }

    public required ReadOnlySpan<byte> Type { get; init; }

    public required ReadOnlySpan<byte> Time { get; init; }

    public required ReadOnlySpan<byte> Subject { get; init; }

    /// <summary>Bytes of all headers of a record, their names and those that never change included.</summary>
    public int Bytes => BytesOfAll + Id.Length + Source.Length + Type.Length + Time.Length + Subject.Length;

    private static int BytesOfAll { get; } = "ce_specversion1.0ce_idce_sourcece_typece_timece_subjectcontent-typeapplication/json".Length;
}

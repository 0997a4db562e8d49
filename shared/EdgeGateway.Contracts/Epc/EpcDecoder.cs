namespace EdgeGateway.Contracts;

/// <summary>Reads tags by the GS1 Tag Data Standard.</summary>
public static class EpcDecoder
{
    /// <summary>Never throws: what is no scheme, or breaks its own, is a raw tag.</summary>
    public static EpcTag Decode(ReadOnlySpan<char> hex) => throw new NotSupportedException("Comes with the next commits.");
}

namespace EdgeGateway.Agent.Uplink;

/// <summary>
/// One reusable array for each length. The Kafka client sends whole arrays and copies them before it returns, so a message
/// costs no garbage if the array of its length is written over and over. For one thread.
/// </summary>
internal sealed class ExactBuffers
{
    private const int LongestKept = 2048;

    private readonly byte[]?[] arrays = new byte[]?[LongestKept + 1];

    /// <summary>An array with this content, valid until the next one of that length is asked for.</summary>
    public byte[] Copy(ReadOnlySpan<byte> content)
    {
        var array = content.Length > LongestKept ? new byte[content.Length] : arrays[content.Length] ??= new byte[content.Length];
        content.CopyTo(array);
        return array;
    }
}

namespace EdgeGateway.Buffer;

/// <summary>The buffer could not take an event now; it was not accepted, so the source has to keep it.</summary>
public sealed class BufferUnavailableException : IOException
{
    public BufferUnavailableException(string message)
        : base(message)
    {
    }

    public BufferUnavailableException(string message, Exception cause)
        : base(message, cause)
    {
    }

    public BufferUnavailableException()
    {
    }
}

using EdgeGateway.Contracts;

namespace EdgeGateway.Cloud.Api;

/// <summary>Times of the tables, in Unix milliseconds, as the API writes and reads them.</summary>
public static class JsonTime
{
    public static string Of(long milliseconds) => Timestamp.Format(DateTimeOffset.FromUnixTimeMilliseconds(milliseconds));

    public static string? Of(long? milliseconds) => milliseconds is { } value ? Of(value) : null;

    /// <summary>Null when the text is null; false when it is no time.</summary>
    public static bool TryRead(string? text, out long? milliseconds)
    {
        milliseconds = null;
        if (string.IsNullOrEmpty(text))
        {
            return true;
        }

        if (!Timestamp.TryParse(text.AsSpan(), out var time))
        {
            return false;
        }

        milliseconds = time.ToUnixTimeMilliseconds();
        return true;
    }
}

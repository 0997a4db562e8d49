using System.Buffers.Binary;
using System.Text;

namespace EdgeGateway.Devices.Llrp;

/// <summary>What a READER_EVENT_NOTIFICATION says, as far as it matters here.</summary>
internal readonly record struct LlrpNotification
{
    private const int AntennaConnected = 1;

    /// <summary>The reader's clock; null when it has none.</summary>
    public DateTimeOffset? ReaderTime { get; private init; }

    /// <summary>0 taken, 1 and 2 another client has the reader, 3 failed; null when it is about something else.</summary>
    public int? ConnectionAttempt { get; private init; }

    /// <summary>Port whose plug was pulled or put in.</summary>
    public int? Antenna { get; private init; }

    public bool IsAntennaConnected { get; private init; }

    /// <summary>A problem in the reader's words.</summary>
    public string? Problem { get; private init; }

    /// <summary>The reader is about to close the connection.</summary>
    public bool Closing { get; private init; }

    /// <exception cref="FormatException">It breaks its own lengths.</exception>
    public static LlrpNotification Read(ReadOnlySpan<byte> body)
    {
        var notification = default(LlrpNotification);
        if (!LlrpParameters.TryFind(body, LlrpParameterType.ReaderEventNotificationData, out var data))
        {
            return notification;
        }

        var parameters = new LlrpParameters(data);
        while (parameters.Next())
        {
            var value = parameters.Value;
            notification = parameters.Type switch
            {
                LlrpParameterType.UtcTimestamp => notification with { ReaderTime = LlrpTime.FromMicroseconds(value) },
                LlrpParameterType.ConnectionAttemptEvent when value.Length >= 2 =>
                    notification with { ConnectionAttempt = BinaryPrimitives.ReadUInt16BigEndian(value) },
                LlrpParameterType.AntennaEvent when value.Length >= 3 => notification with
                {
                    Antenna = BinaryPrimitives.ReadUInt16BigEndian(value[1..]),
                    IsAntennaConnected = value[0] == AntennaConnected,
                },
                LlrpParameterType.ReaderExceptionEvent => notification with { Problem = LlrpText.Read(value) },
                LlrpParameterType.ConnectionCloseEvent => notification with { Closing = true },
                _ => notification,
            };
        }

        return notification;
    }
}

/// <summary>Texts of LLRP: a length of 16 bits, then UTF-8.</summary>
internal static class LlrpText
{
    public static string Read(ReadOnlySpan<byte> value)
    {
        var length = value.Length >= sizeof(ushort) ? BinaryPrimitives.ReadUInt16BigEndian(value) : 0;
        return Encoding.UTF8.GetString(value.Slice(Math.Min(sizeof(ushort), value.Length), Math.Min(length, Math.Max(0, value.Length - sizeof(ushort)))));
    }
}

using System.Buffers.Binary;

namespace EdgeGateway.Devices.Llrp;

/// <summary>Reads RO_ACCESS_REPORT: which tags were seen.</summary>
internal static class LlrpReport
{
    /// <summary>Adds the tags of a report, in its order.</summary>
    /// <exception cref="FormatException">The report breaks off or breaks its own lengths; what was read until then is added.</exception>
    public static void Read(ReadOnlySpan<byte> body, List<LlrpTag> tags)
    {
        var parameters = new LlrpParameters(body);
        while (parameters.Next())
        {
            if (parameters.Type == LlrpParameterType.TagReportData)
            {
                tags.Add(ReadTag(parameters.Value));
            }
        }
    }

    private static LlrpTag ReadTag(ReadOnlySpan<byte> data)
    {
        string? hex = null;
        int? antenna = null;
        int? rssiDbm = null;
        var count = 1;
        DateTimeOffset? lastSeen = null;
        var parameters = new LlrpParameters(data);
        while (parameters.Next())
        {
            var value = parameters.Value;
            switch (parameters.Type)
            {
                case LlrpParameterType.Epc96:
                    hex = Convert.ToHexString(value);
                    break;
                case LlrpParameterType.EpcData:
                    hex = EpcData(value);
                    break;
                case LlrpParameterType.AntennaId:
                    antenna = BinaryPrimitives.ReadUInt16BigEndian(value);
                    break;
                case LlrpParameterType.PeakRssi:
                    rssiDbm = (sbyte)value[0];
                    break;
                case LlrpParameterType.TagSeenCount:
                    count = Math.Max(1, (int)BinaryPrimitives.ReadUInt16BigEndian(value));
                    break;
                case LlrpParameterType.LastSeenUtc:
                    lastSeen = LlrpTime.FromMicroseconds(value);
                    break;
            }
        }

        return new LlrpTag(hex ?? throw new FormatException("a tag report without an EPC"), antenna, rssiDbm, count, lastSeen);
    }

    private static string EpcData(ReadOnlySpan<byte> value)
    {
        if (value.Length < sizeof(ushort))
        {
            throw new FormatException("EPCData without its length");
        }

        var bytes = (BinaryPrimitives.ReadUInt16BigEndian(value) + 7) / 8;
        return bytes > 0 && bytes <= value.Length - sizeof(ushort)
            ? Convert.ToHexString(value.Slice(sizeof(ushort), bytes))
            : throw new FormatException($"EPCData says it has {bytes} bytes, {value.Length - sizeof(ushort)} are there");
    }
}

/// <summary>One tag of a report.</summary>
/// <param name="Hex">Its bits, upper-case hex.</param>
/// <param name="Antenna">Port of the strongest read.</param>
/// <param name="RssiDbm">That read.</param>
/// <param name="Count">Reads since the last report, at least 1.</param>
/// <param name="LastSeen">By the reader's clock; null when it has none.</param>
internal readonly record struct LlrpTag(string Hex, int? Antenna, int? RssiDbm, int Count, DateTimeOffset? LastSeen);

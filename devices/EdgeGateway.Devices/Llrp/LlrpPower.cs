using System.Buffers.Binary;

namespace EdgeGateway.Devices.Llrp;

/// <summary>How a reader names a transmit power: by a step of its table, with the hop table or channel of its region.</summary>
internal readonly record struct LlrpPower(int Step, int HopTable, int Channel)
{
    private const int HoppingBit = 0x80;

    /// <summary>Finds the strongest step that is not above what is wanted in GET_READER_CAPABILITIES_RESPONSE.</summary>
    /// <exception cref="FormatException">The reader tells no such step; the message says which there are.</exception>
    public static LlrpPower Choose(ReadOnlySpan<byte> capabilities, double dbm)
    {
        if (!LlrpParameters.TryFind(capabilities, LlrpParameterType.RegulatoryCapabilities, out var regulatory)
            || regulatory.Length < 4
            || !LlrpParameters.TryFind(regulatory[4..], LlrpParameterType.UhfBandCapabilities, out var band))
        {
            throw new FormatException("the reader does not tell its power steps; leave powerDbm out");
        }

        int? step = null;
        double best = double.NegativeInfinity, lowest = double.PositiveInfinity;
        int hopTable = 0, channel = 1;
        var parameters = new LlrpParameters(band);
        while (parameters.Next())
        {
            var value = parameters.Value;
            if (parameters.Type == LlrpParameterType.TransmitPowerLevel && value.Length >= 4)
            {
                var power = BinaryPrimitives.ReadInt16BigEndian(value[2..]) / 100.0;
                lowest = Math.Min(lowest, power);
                if (power <= dbm && power > best)
                {
                    (step, best) = (BinaryPrimitives.ReadUInt16BigEndian(value), power);
                }
            }
            else if (parameters.Type == LlrpParameterType.FrequencyInformation && value.Length >= 1 && (value[0] & HoppingBit) != 0
                && LlrpParameters.TryFind(value[1..], LlrpParameterType.FrequencyHopTable, out var table) && table.Length >= 1)
            {
                (hopTable, channel) = (table[0], 0);
            }
        }

        return step is { } chosen
            ? new LlrpPower(chosen, hopTable, channel)
            : throw new FormatException($"the reader has no power step of {dbm} dBm or less; its lowest is {lowest} dBm");
    }
}

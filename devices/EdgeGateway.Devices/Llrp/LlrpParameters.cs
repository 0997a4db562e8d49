using System.Buffers.Binary;

namespace EdgeGateway.Devices.Llrp;

/// <summary>Walks the parameters of a message or of another parameter.</summary>
internal ref struct LlrpParameters(ReadOnlySpan<byte> bytes)
{
    private const int LongHead = 4;

    // Lengths of the values of the one-byte parameters, by type: LLRP 1.0.1, section 16.2. 0 is none.
    private static ReadOnlySpan<byte> ShortLengths => [0, 2, 8, 8, 8, 8, 1, 2, 2, 4, 2, 2, 2, 12, 2, 2, 4, 2, 4, 2, 2];

    private ReadOnlySpan<byte> rest = bytes;

    /// <summary>Type of the parameter that the last <see cref="Next"/> found.</summary>
    public LlrpParameterType Type { get; private set; }

    /// <summary>Its value, without its head.</summary>
    public ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>Goes to the next parameter. Returns false at the end.</summary>
    /// <exception cref="FormatException">What follows is no parameter, or is longer than what is there.</exception>
    public bool Next()
    {
        if (rest.IsEmpty)
        {
            return false;
        }

        var type = rest[0] & 0x7F;
        int head, length;
        if ((rest[0] & 0x80) != 0)
        {
            head = 1;
            length = type < ShortLengths.Length && ShortLengths[type] > 0
                ? head + ShortLengths[type]
                : throw new FormatException($"a short parameter of unknown type {type}");
        }
        else
        {
            if (rest.Length < LongHead)
            {
                throw new FormatException("a parameter ends within its head");
            }

            type = BinaryPrimitives.ReadUInt16BigEndian(rest) & 0x3FF;
            head = LongHead;
            length = BinaryPrimitives.ReadUInt16BigEndian(rest[2..]);
        }

        if (length < head || length > rest.Length)
        {
            throw new FormatException($"parameter {type} says it has {length} bytes, {rest.Length} are left");
        }

        Type = (LlrpParameterType)type;
        Value = rest[head..length];
        rest = rest[length..];
        return true;
    }

    /// <summary>Value of the first parameter of a type, from its fixed fields on; false when there is none.</summary>
    public static bool TryFind(ReadOnlySpan<byte> bytes, LlrpParameterType type, out ReadOnlySpan<byte> value)
    {
        var parameters = new LlrpParameters(bytes);
        while (parameters.Next())
        {
            if (parameters.Type == type)
            {
                value = parameters.Value;
                return true;
            }
        }

        value = default;
        return false;
    }
}

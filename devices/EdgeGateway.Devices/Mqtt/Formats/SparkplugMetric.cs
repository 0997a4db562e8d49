using System.Text;

namespace EdgeGateway.Devices.Mqtt.Formats;

/// <summary>One metric of a Sparkplug B payload, as it lies in the message.</summary>
internal readonly ref struct SparkplugMetric
{
    private const int LongestText = 200;

    /// <summary>Empty where the metric is named by its alias alone.</summary>
    public ReadOnlySpan<byte> Name { get; private init; }

    public ulong? Alias { get; private init; }

    /// <summary>Milliseconds since 1970; null for the payload's own.</summary>
    public ulong? Timestamp { get; private init; }

    /// <summary>Number of the Sparkplug data type; 0 where only the birth says it.</summary>
    public int DataType { get; private init; }

    public bool IsNull { get; private init; }

    /// <summary>The node kept the value and sends it later.</summary>
    public bool IsHistorical { get; private init; }

    /// <summary>OPC quality: 0 bad, 192 good, 500 stale; null where the node says none.</summary>
    public int? Quality { get; private init; }

    public bool IsGood => Quality is null or (>= 192 and < 256);

    private int ValueField { get; init; }

    private ulong Bits { get; init; }

    private ReadOnlySpan<byte> Bytes { get; init; }

    /// <summary>False when the message is broken.</summary>
    public static bool TryRead(ReadOnlySpan<byte> message, out SparkplugMetric metric)
    {
        ReadOnlySpan<byte> name = [], bytes = [];
        ulong? alias = null, timestamp = null;
        ulong bits = 0;
        int dataType = 0, valueField = 0;
        bool isNull = false, isHistorical = false;
        int? quality = null;
        var fields = new ProtobufReader(message);
        while (fields.Next())
        {
            switch (fields.Field)
            {
                case 1:
                    name = fields.Bytes;
                    break;
                case 2:
                    alias = fields.Number;
                    break;
                case 3:
                    timestamp = fields.Number;
                    break;
                case 4:
                    dataType = (int)Math.Min(fields.Number, int.MaxValue);
                    break;
                case 5:
                    isHistorical = fields.Number != 0;
                    break;
                case 7:
                    isNull = fields.Number != 0;
                    break;
                case 9:
                    quality = QualityIn(fields.Bytes);
                    break;
                case >= 10 and <= 15:
                    valueField = fields.Field;
                    bits = fields.Number;
                    bytes = fields.Bytes;
                    break;
            }
        }

        metric = new SparkplugMetric
        {
            Name = name, Alias = alias, Timestamp = timestamp, DataType = dataType, IsNull = isNull,
            IsHistorical = isHistorical, Quality = quality, ValueField = valueField, Bits = bits, Bytes = bytes,
        };
        return !fields.IsBroken;
    }

    /// <summary>The value as a number; null when it is none or not finite.</summary>
    /// <param name="dataType">The metric's own type, or the one its birth gave: whole numbers carry no sign of their own.</param>
    public double? Number(int dataType)
    {
        double? value = (ValueField, dataType) switch
        {
            (10, 1) => (sbyte)Bits,
            (10, 2) => (short)Bits,
            (10, 3) => (int)Bits,
            (10, _) => (uint)Bits,
            (11, 4) => (long)Bits,
            (11, _) => Bits,
            (12, _) => Math.Round(BitConverter.UInt32BitsToSingle((uint)Bits), 5),
            (13, _) => BitConverter.UInt64BitsToDouble(Bits),
            (14, _) => Bits == 0 ? 0 : 1,
            (15, _) when Bytes.Length <= LongestText && Numbers.TryParse(Bytes, out var parsed) => parsed,
            _ => null,
        };
        return value is { } number && double.IsFinite(number) ? number : null;
    }

    public bool? State(int dataType) => ValueField == 15 ? States.Parse(Bytes) : Number(dataType) is { } number ? number != 0 : null;

    /// <summary>Empty when the value is no text.</summary>
    public ReadOnlySpan<byte> TextBytes => ValueField == 15 ? Bytes : [];

    /// <summary>What is wrong with the device; null while all is well: 0, false, an empty text or "ok".</summary>
    public string? Fault(int dataType) => ValueField == 15
        ? Bytes.IsEmpty || Ascii.EqualsIgnoreCase(Bytes, "ok"u8) ? null : Encoding.UTF8.GetString(Bytes[..Math.Min(Bytes.Length, LongestText)])
        : Number(dataType) is { } number && number != 0 ? "fault" : null;

    /// <summary>The value of the property "Quality" in a set, which lists all keys and, in the same order, all values.</summary>
    private static int? QualityIn(ReadOnlySpan<byte> properties)
    {
        const int Keys = 1, Values = 2;
        var index = 0;
        int? wanted = null;
        var keys = new ProtobufReader(properties);
        while (keys.Next())
        {
            if (keys.Field == Keys && keys.Bytes.SequenceEqual("Quality"u8))
            {
                wanted = index;
            }

            index += keys.Field == Keys ? 1 : 0;
        }

        index = 0;
        var values = new ProtobufReader(properties);
        while (wanted is not null && values.Next())
        {
            if (values.Field == Values && index++ == wanted)
            {
                return WholeNumber(values.Bytes);
            }
        }

        return null;
    }

    private static int? WholeNumber(ReadOnlySpan<byte> propertyValue)
    {
        var fields = new ProtobufReader(propertyValue);
        while (fields.Next())
        {
            if (fields.Field is 3 or 4)
            {
                return (int)Math.Min(fields.Number, int.MaxValue);
            }
        }

        return null;
    }
}

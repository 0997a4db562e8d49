using System.Text;

namespace EdgeGateway.Devices.Tests.Mqtt;

/// <summary>Writes Sparkplug B payloads, apart from the reader under test.</summary>
internal sealed class SparkplugPayload(ulong timestamp)
{
    private readonly List<byte> content = [.. Number(1, timestamp)];

    public byte[] Bytes => [.. content];

    /// <param name="name">Null where the alias alone names it.</param>
    /// <param name="alias">Null for none.</param>
    /// <param name="dataType">Null where only the birth says it.</param>
    /// <param name="value">Bytes of the value's field; null for <c>is_null</c>.</param>
    /// <param name="time">Null for the payload's.</param>
    /// <param name="historical">Stored and forwarded.</param>
    /// <param name="quality">Null for none said.</param>
    public SparkplugPayload Metric(
        string? name, ulong? alias, ulong? dataType, byte[]? value, ulong? time = null, bool historical = false, uint? quality = null)
    {
        byte[] metric =
        [
            .. name is null ? [] : Block(1, Encoding.UTF8.GetBytes(name)),
            .. alias is { } number ? Number(2, number) : [],
            .. time is { } at ? Number(3, at) : [],
            .. dataType is { } type ? Number(4, type) : [],
            .. historical ? Number(5, 1) : [],
            .. quality is { } code ? Block(9, Properties(code)) : [],
            .. value ?? Number(7, 1),
        ];
        content.AddRange(Block(2, metric));
        return this;
    }

    public static byte[] Float(float value) => [(12 << 3) | 5, .. BitConverter.GetBytes(value)];

    public static byte[] Double(double value) => [(13 << 3) | 1, .. BitConverter.GetBytes(value)];

    public static byte[] Int(uint value) => Number(10, value);

    public static byte[] Bool(bool value) => Number(14, value ? 1u : 0u);

    public static byte[] Text(string value) => Block(15, Encoding.UTF8.GetBytes(value));

    /// <summary>A set of two properties, of which the second is the quality.</summary>
    private static byte[] Properties(uint quality) =>
    [
        .. Block(1, "engUnit"u8.ToArray()), .. Block(1, "Quality"u8.ToArray()),
        .. Block(2, [.. Number(1, 12), .. Block(8, "C"u8.ToArray())]), .. Block(2, [.. Number(1, 3), .. Number(3, quality)]),
    ];

    private static byte[] Number(int field, ulong value) => [.. Varint((ulong)field << 3), .. Varint(value)];

    private static byte[] Block(int field, byte[] content) => [.. Varint(((ulong)field << 3) | 2), .. Varint((ulong)content.Length), .. content];

    private static byte[] Varint(ulong value)
    {
        var bytes = new List<byte>();
        for (; value >= 0x80; value >>= 7)
        {
            bytes.Add((byte)(value | 0x80));
        }

        bytes.Add((byte)value);
        return [.. bytes];
    }
}

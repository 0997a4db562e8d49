using System.Buffers.Binary;

namespace EdgeGateway.Devices.Mqtt.Formats;

/// <summary>Reads the fields of one protobuf message; what is broken ends the reading, never with an exception.</summary>
internal ref struct ProtobufReader(ReadOnlySpan<byte> message)
{
    private ReadOnlySpan<byte> rest = message;

    /// <summary>The message ended in the middle of a field, or holds a field of an unknown kind.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>Number of the field at hand.</summary>
    public int Field { get; private set; }

    /// <summary>Value of a field that is a varint, or four or eight bytes.</summary>
    public ulong Number { get; private set; }

    /// <summary>Value of a field that is text, bytes or a message.</summary>
    public ReadOnlySpan<byte> Bytes { get; private set; }

    /// <summary>Goes to the next field; false at the end.</summary>
    public bool Next()
    {
        if (rest.IsEmpty || IsBroken)
        {
            return false;
        }

        var key = Varint();
        Field = (int)Math.Min(key >> 3, int.MaxValue);
        Bytes = [];
        switch (key & 7)
        {
            case 0:
                Number = Varint();
                break;
            case 1:
                Number = Take(8) is { IsEmpty: false } eight ? BinaryPrimitives.ReadUInt64LittleEndian(eight) : 0;
                break;
            case 2:
                var length = Varint();
                Bytes = length <= (ulong)rest.Length ? Take((int)length) : Break();
                break;
            case 5:
                Number = Take(4) is { IsEmpty: false } four ? BinaryPrimitives.ReadUInt32LittleEndian(four) : 0;
                break;
            default:
                Break();
                break;
        }

        return !IsBroken;
    }

    private ulong Varint()
    {
        ulong value = 0;
        for (var i = 0; i < 10 && i < rest.Length; i++)
        {
            value |= (ulong)(rest[i] & 0x7F) << (7 * i);
            if (rest[i] < 0x80)
            {
                rest = rest[(i + 1)..];
                return value;
            }
        }

        Break();
        return 0;
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > rest.Length)
        {
            return Break();
        }

        var taken = rest[..count];
        rest = rest[count..];
        return taken;
    }

    private ReadOnlySpan<byte> Break()
    {
        IsBroken = true;
        rest = [];
        return [];
    }
}

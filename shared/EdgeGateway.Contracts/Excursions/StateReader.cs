using System.Buffers.Binary;

namespace EdgeGateway.Contracts;

/// <summary>Reads what <see cref="StateWriter"/> wrote; anything cut short is a <see cref="FormatException"/>.</summary>
internal ref struct StateReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    public readonly bool AtEnd => _rest.IsEmpty;

    public byte Byte() => Take(1)[0];

    public long Int64() => BinaryPrimitives.ReadInt64LittleEndian(Take(sizeof(long)));

    public double Double() => BinaryPrimitives.ReadDoubleLittleEndian(Take(sizeof(double)));

    public string Text() => StringPool.Get(Take(Byte()));

    private ReadOnlySpan<byte> Take(int count)
    {
        if (_rest.Length < count)
        {
            throw new FormatException("a stored excursion state is cut short");
        }

        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }
}

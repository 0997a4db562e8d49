namespace EdgeGateway.Contracts;

/// <summary>Reads numbers from a string of bits, most significant first.</summary>
internal ref struct BitReader(ReadOnlySpan<byte> bytes, int bitCount)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _position;

    /// <summary>Bits not read yet.</summary>
    public readonly int Left => bitCount - _position;

    /// <summary>Reads up to 128 bits; false, and nothing read, when there are fewer left.</summary>
    public bool TryRead(int bits, out UInt128 value)
    {
        value = 0;
        if (bits > Left)
        {
            return false;
        }

        while (bits > 0)
        {
            var offset = _position % 8;
            var take = Math.Min(8 - offset, bits);
            var part = (_bytes[_position / 8] >> (8 - offset - take)) & ((1 << take) - 1);
            value = (value << take) | (uint)part;
            _position += take;
            bits -= take;
        }

        return true;
    }

    /// <inheritdoc cref="TryRead(int, out UInt128)"/>
    public bool TryRead(int bits, out int value)
    {
        var read = TryRead(bits, out UInt128 wide);
        value = (int)wide;
        return read;
    }
}

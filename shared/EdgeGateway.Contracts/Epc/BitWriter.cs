namespace EdgeGateway.Contracts;

/// <summary>Collects numbers as a string of bits, most significant first.</summary>
internal sealed class BitWriter
{
    private readonly List<byte> _nibbles = [];
    private int _pending;
    private int _pendingBits;

    /// <summary>Appends the lowest <paramref name="bits"/> bits of a value, at most 128.</summary>
    public void Write(UInt128 value, int bits)
    {
        for (var i = bits - 1; i >= 0; i--)
        {
            _pending = (_pending << 1) | (int)((value >> i) & 1);
            if (++_pendingBits == 4)
            {
                _nibbles.Add((byte)_pending);
                (_pending, _pendingBits) = (0, 0);
            }
        }
    }

    /// <summary>Upper-case hex of the bits, with zero bits up to a whole digit.</summary>
    public string ToHex()
    {
        var hex = new System.Text.StringBuilder();
        foreach (var nibble in _nibbles)
        {
            hex.Append("0123456789ABCDEF"[nibble]);
        }

        if (_pendingBits > 0)
        {
            hex.Append("0123456789ABCDEF"[_pending << (4 - _pendingBits)]);
        }

        return hex.ToString();
    }
}

using System.Text;
using static EdgeGateway.Hosting.LibRdKafka;

namespace EdgeGateway.Hosting;

/// <summary>
/// The headers of records that follow each other: their names stay, their values are set anew for each. Kept in the form in
/// which librdkafka takes them, so that nothing is made for a record. For one thread.
/// </summary>
public sealed unsafe class RecordHeaders
{
    /// <summary>Arguments of the call that are not headers; the producer fills them.</summary>
    internal const int OtherArguments = 5;

    private const int UsualValueBytes = 64;

    // librdkafka reads through pointers to these, so they must never move.
    private readonly Argument[] arguments;
    private readonly byte[][] names;
    private readonly byte[][] values;

    /// <param name="names">The headers' names, in their order.</param>
    public RecordHeaders(params ReadOnlySpan<string> names)
    {
        arguments = GC.AllocateArray<Argument>(OtherArguments + names.Length, pinned: true);
        this.names = new byte[names.Length][];
        values = new byte[names.Length][];
        for (var i = 0; i < names.Length; i++)
        {
            this.names[i] = Pinned(Encoding.UTF8.GetByteCount(names[i]) + 1);
            Encoding.UTF8.GetBytes(names[i], this.names[i]);
            values[i] = Pinned(UsualValueBytes);
            arguments[OtherArguments + i].Type = ArgumentType.Header;
            arguments[OtherArguments + i].Value.Header = new Header { Name = Address(this.names[i]), Data = Address(values[i]) };
            Bytes += this.names[i].Length - 1;
        }
    }

    /// <summary>Bytes of all names and values.</summary>
    public int Bytes { get; private set; }

    /// <summary>Gives a header its value, which is copied.</summary>
    public void Set(int header, ReadOnlySpan<byte> value)
    {
        if (values[header].Length < value.Length)
        {
            values[header] = Pinned(value.Length);
        }

        value.CopyTo(values[header]);
        ref var there = ref arguments[OtherArguments + header].Value.Header;
        Bytes += value.Length - (int)there.Length;
        there.Data = Address(values[header]);
        there.Length = value.Length;
    }

    internal Span<Argument> Arguments => arguments;

    private static byte[] Pinned(int length) => GC.AllocateArray<byte>(length, pinned: true);

    private static byte* Address(byte[] pinned)
    {
        fixed (byte* first = pinned)
        {
            return first;
        }
    }
}

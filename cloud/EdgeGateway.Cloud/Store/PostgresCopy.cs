using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Npgsql;

namespace EdgeGateway.Cloud.Store;

/// <summary>
/// Writes rows in the binary format of COPY (PostgreSQL's documentation of COPY, "Binary Format"). Npgsql's own importer looks
/// up and checks the type of each column of each row, a third of the time for levels.
/// </summary>
internal sealed class PostgresCopy(NpgsqlRawCopyStream stream, short columns) : IRowWriter
{
    private const int Null = -1;
    private const short NoMoreRows = -1;

    // More than this is not worth to be copied once more on its way.
    private const int MostBuffered = 8 * 1024;

    private readonly ArrayBufferWriter<byte> buffer = new(2 * MostBuffered);

    // Signature, no flags, no extension.
    private static readonly byte[] Header = [.. "PGCOPY\n"u8, 0xFF, .. "\r\n\0"u8, 0, 0, 0, 0, 0, 0, 0, 0];

    public void Start() => buffer.Write(Header);

    public void StartRow()
    {
        if (buffer.WrittenCount >= MostBuffered)
        {
            Flush();
        }

        Write(columns);
    }

    public void Complete()
    {
        Write(NoMoreRows);
        Flush();
    }

    public void Text(string? value)
    {
        if (value is null)
        {
            Write(Null);
            return;
        }

        Write(Encoding.UTF8.GetByteCount(value));
        Encoding.UTF8.GetBytes(value, buffer);
    }

    public void Integer(long? value)
    {
        if (value is { } number)
        {
            Write(sizeof(long));
            BinaryPrimitives.WriteInt64BigEndian(buffer.GetSpan(sizeof(long)), number);
            buffer.Advance(sizeof(long));
        }
        else
        {
            Write(Null);
        }
    }

    public void Real(double? value) => Integer(value is { } number ? BitConverter.DoubleToInt64Bits(number) : null);

    public void Bytes(ReadOnlyMemory<byte> value)
    {
        Write(value.Length);
        if (value.Length < MostBuffered)
        {
            buffer.Write(value.Span);
            return;
        }

        Flush();
        stream.Write(value.Span);
    }

    private void Write(short value)
    {
        BinaryPrimitives.WriteInt16BigEndian(buffer.GetSpan(sizeof(short)), value);
        buffer.Advance(sizeof(short));
    }

    private void Write(int value)
    {
        BinaryPrimitives.WriteInt32BigEndian(buffer.GetSpan(sizeof(int)), value);
        buffer.Advance(sizeof(int));
    }

    private void Flush()
    {
        stream.Write(buffer.WrittenSpan);
        buffer.ResetWrittenCount();
    }
}

using System.Text;
using EdgeGateway.Devices.Gpsd;

namespace EdgeGateway.Devices.Tests.Gpsd;

/// <summary>Lines of bounded length out of a stream that comes in pieces.</summary>
public sealed class LineReaderTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(100)]
    public async Task Lines_come_whole_however_the_stream_is_cut(int pieceLength)
    {
        var lines = await ReadAll("one\r\n\r\nthree\nno end", pieceLength);

        Assert.Equal(["one\r", "\r", "three"], lines);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(100)]
    public async Task A_line_over_the_bound_is_told_once_and_the_next_one_is_read(int pieceLength)
    {
        var lines = await ReadAll("first\n" + new string('x', 45) + "\nlast\n", pieceLength);

        Assert.Equal(["first", "too long: xxxxxxxxxx", "last"], lines);
    }

    [Fact]
    public async Task A_line_of_exactly_the_bound_is_a_line()
    {
        Assert.Equal(["0123456789"], await ReadAll("0123456789\n", 100));
    }

    private static async Task<List<string>> ReadAll(string text, int pieceLength)
    {
        var reader = new LineReader(new Pieces(Encoding.ASCII.GetBytes(text), pieceLength), longest: 10);
        var lines = new List<string>();
        while (await reader.ReadAsync(CancellationToken.None) is { } line)
        {
            lines.Add((line.TooLong ? "too long: " : "") + Encoding.ASCII.GetString(line.Bytes.Span));
        }

        return lines;
    }

    private sealed class Pieces(byte[] bytes, int pieceLength) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, pieceLength)], cancellationToken);
    }
}

using System.Text;
using EdgeGateway.Devices.Gpsd;
using EdgeGateway.Testing;

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

    [Fact]
    public async Task Random_streams_in_random_pieces_are_cut_where_their_lines_end()
    {
        var random = new Random(2947);
        for (var i = 0; i < TestScale.Pick(1_000, 20_000, 1_000_000); i++)
        {
            var text = string.Create(random.Next(80), random, static (span, source) => source.GetItems("abc\r\n\n", span));
            var parts = text.Split('\n');

            var lines = await ReadAll(text, random.Next(1, 15));

            // What has no end is told only when it is over the bound already.
            Assert.Equal(parts.Where((part, index) => index < parts.Length - 1 || part.Length > 10).Select(part => part.Length > 10 ? "too long: " + part[..10] : part), lines);
        }
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

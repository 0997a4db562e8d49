using EdgeGateway.Devices.Llrp;
using EdgeGateway.Testing;

namespace EdgeGateway.Devices.Tests.Llrp;

/// <summary>Reports and notifications from recorded bytes, whole and damaged.</summary>
public sealed class LlrpReportTests
{
    [Fact]
    public void A_recorded_report_gives_its_tags()
    {
        var tags = new List<LlrpTag>();

        LlrpReport.Read(Body("report.hex"), tags);

        Assert.Equal(
            [
                new LlrpTag("3074257BF7194E4000001A85", 2, -47, 5, new DateTimeOffset(2026, 3, 2, 6, 0, 0, 250, TimeSpan.Zero)),
                new LlrpTag("F73795211411234538566CB0AFC4", 1, -61, 1, null),
            ],
            tags);
    }

    [Fact]
    public void A_recorded_greeting_gives_the_reader_s_clock_and_that_it_takes_the_connection()
    {
        var greeting = LlrpNotification.Read(Body("greeting.hex"));

        Assert.Equal((0, new DateTimeOffset(2026, 3, 2, 6, 0, 0, TimeSpan.Zero)), (greeting.ConnectionAttempt, greeting.ReaderTime));
    }

    [Theory]
    [InlineData("00F0000A8E03E8", "10 bytes")]
    [InlineData("00F0", "head")]
    [InlineData("00F00003", "3 bytes")]
    [InlineData("00F000058D", "13 bytes")]
    [InlineData("00F00004", "without an EPC")]
    [InlineData("00F0000A00F100060060", "12 bytes")]
    [InlineData("00F00005FF", "type 127")]
    public void A_report_that_breaks_off_is_refused_with_the_reason(string hex, string reason)
    {
        var error = Assert.Throws<FormatException>(() => LlrpReport.Read(Convert.FromHexString(hex), []));

        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Whatever_bytes_a_reader_sends_are_read_or_refused()
    {
        var random = new Random(5084);
        string[] recordings = ["report.hex", "greeting.hex"];
        var count = TestScale.Pick(2_000, 30_000, 1_000_000);
        for (var i = 0; i < count; i++)
        {
            var bytes = Body(recordings[i % 2]);
            for (var change = random.Next(1, 6); change > 0; change--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            var part = bytes.AsSpan(0, random.Next(bytes.Length + 1)).ToArray();
            AssertReadOrRefused(() => LlrpReport.Read(part, []), part);
            AssertReadOrRefused(() => LlrpNotification.Read(part), part);
            AssertReadOrRefused(() => LlrpPower.Choose(part, 20), part);
        }
    }

    [Fact]
    [Trait("Speed", "Slow")]
    public void Whatever_stream_a_reader_sends_is_cut_into_messages_or_given_up_with_a_reason()
    {
        byte[] keepAlive = [0x04, 62, 0, 0, 0, 10, 0, 0, 0, 1];
        var whole = Recordings.Values.Select(Convert.FromHexString).ToArray();
        Fuzz.Run("llrp", [.. whole, keepAlive, [.. whole[1], .. keepAlive, .. whole[0]]], TestScale.Pick(500, 10_000, 1_000_000), input =>
        {
            var end = Record.ExceptionAsync(() => ReadToTheEnd(input)).GetAwaiter().GetResult();

            Assert.True(end is EndOfStreamException or InvalidDataException, $"{end}");
        });
    }

    private static async Task ReadToTheEnd(byte[] input)
    {
        var connection = new LlrpConnection(new DeafStream(input), TimeProvider.System);
        for (var taken = 0; taken <= input.Length; taken += LlrpWriter.HeaderLength)
        {
            var message = await connection.ReceiveAsync(TimeSpan.FromSeconds(10), CancellationToken.None);
            taken += message.Body.Length;
        }
    }

    private static readonly Dictionary<string, string> Recordings = new[] { "report.hex", "greeting.hex" }.ToDictionary(
        name => name, name => File.ReadAllText(Repository.PathOf("devices/EdgeGateway.Devices/Llrp/recordings/" + name)).Trim(), StringComparer.Ordinal);

    private static byte[] Body(string name) => Convert.FromHexString(Recordings[name])[LlrpWriter.HeaderLength..];

    private static void AssertReadOrRefused(Action read, byte[] bytes)
    {
        var error = Record.Exception(read);
        Assert.True(error is null or FormatException, $"{error} for {Convert.ToHexString(bytes)}");
    }

    /// <summary>Says what it holds and takes no notice of the answers.</summary>
    private sealed class DeafStream(byte[] says) : MemoryStream(says)
    {
        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => ValueTask.CompletedTask;
    }
}

using System.Buffers;
using System.Text;
using EdgeGateway.Agent.Uplink;
using EdgeGateway.Contracts;

namespace EdgeGateway.Agent.Tests;

public sealed class RecordTemplateTests
{
    [Theory]
    [InlineData(null, """{"celsius":4.5,"profile":"chilled"}""")]
    [InlineData("truck-7", """{"celsius":4.5,"profile":"chilled"}""")]
    [InlineData("truck-7", "{}")]
    public void A_filled_template_is_the_record_that_would_have_been_written(string? asset, string body)
    {
        var head = new EventHead("g1", "store", 42, "dallas", asset, "probe-1", new DateTimeOffset(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero), ClockQuality.Gps);
        var (written, filled) = (new ArrayBufferWriter<byte>(), new ArrayBufferWriter<byte>());
        EventRecord.Write(written, head, Encoding.UTF8.GetBytes(body));

        new RecordTemplate(head with { Seq = 7, ObservedAt = DateTimeOffset.UnixEpoch })
            .Write(filled, head.Seq, Encoding.UTF8.GetBytes(Timestamp.Format(head.ObservedAt)), Encoding.UTF8.GetBytes(body));

        Assert.Equal(Encoding.UTF8.GetString(written.WrittenSpan), Encoding.UTF8.GetString(filled.WrittenSpan));
    }
}
